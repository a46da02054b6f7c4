// Command kubernetes reads a pod, changes a label and writes it back.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"example.com/programs/api"
	"example.com/programs/kubernetes"
)

func main() {
	ctx := context.Background()
	c, err := kubernetes.New(api.WithServer(os.Args[1]), kubernetes.WithBearerToken("secret"))
	check(err)
	pod, err := c.CoreV1.GetNamespacedPod(ctx, "shop", "web")
	check(err)
	in := pod.Input()
	if in.Metadata == nil { // the fake's sample is as small as the document allows
		in.Metadata = new(kubernetes.ObjectMetaInput)
	}
	in.Metadata.Labels = map[string]string{"tier": "web"}
	_, err = c.CoreV1.ReplaceNamespacedPod(ctx, "shop", "web", in)
	check(err)
	fmt.Println("written")
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
