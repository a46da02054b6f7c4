package names

import "strings"

// commonVerbs are words that operations do, and that name nothing: where an
// operationId holds one of them, it is the verb.
var commonVerbs = set(`abort accept acknowledge activate add allocate analyse analyze anonymize append apply approve archive assign associate attach
	authenticate authorize begin calculate cancel capture categorize clear clone close complete compute configure confirm connect consume convert create
	deactivate deauthorize decline delete demote deny describe deliver destroy detach detect disable disassociate disconnect discover dismiss dissolve download
	edit enable enqueue enroll ensure enter evaluate execute exit expire extend fail fetch finalize find finish follow forget generate get grant ignore
	import initialize initiate insert install invalidate invite invoke join kill launch leave list lock make merge migrate modify move mute
	notify obtain overwrite patch pause perform prepare promote provision publish purge put read reactivate rebuild receive reconcile recover redeem
	refresh regenerate register reject relocate remove rename render renew reopen reorder replace rerun resend reset resize resolve restart restore
	resume retrieve retry reopen revert revoke rotate save search select send set ship show shut simulate skip start stop submit subscribe summarize suspend
	swap sync synchronize terminate toggle trigger unallocate unarchive unassign unblock unfollow uninstall unlink unlock unmute unpin unpublish
	unregister unsubscribe unsuspend update upgrade upload upsert validate verify void watch withdraw`)

// otherVerbs are words that operations do as well as nouns: they are the verb
// only where they are the first word.
var otherVerbs = set(`access accumulate action advance advise age answer ask attest audit autocomplete backup balance ban batch bill block bookmark bridge browse
	build bulk burn buy bypass call change charge chat check checkout claim classify clean cleanup collect commit compare compile compose compress copy
	count crawl credit cut debit deploy deposit dispatch display diff divide dock do draft drop dump duplicate echo embed emit end erase estimate exchange
	expand exists explain export extract favorite favourite feature file filter fix flag force fork format forward freeze fund geocode geolocate give group
	guess handle hash has head help hide hold identify include index increment decrement init inspect interrupt introspect invert invoice is issue keep label like link load
	locate log login logout look mail manage map mark match measure mint moderate monitor mount name navigate new note offer open optimize order own pack parse pay
	pin ping place play poll post predict prefer present preview price print process produce promise proof provoke pull purchase push query queue quote
	randomize rank rate react rebase reboot rebuke receipt recalculate recharge recognise recognize recommend record redeploy redirect reduce refund
	relay release reload remind remove repair reply report repost request rerequest reschedule reserve respond return reverse review rewind roll route
	run sample sanitise sanitize scan schedule scope score seek sell setup share shift ship shorten shorten shutdown sign signal signin signout signup snooze solve
	sort spend split stack stage star stash stream stub subtract suggest support surrender swap switch tag take tap test tokenize touch track trade train
	transcode transcribe transfer transform translate transmit trash try turn unapprove unarchive unassociate unban unbookmark unclaim undelete undo
	unenroll unfavorite unfavourite unflag unfreeze unhide unignore unlabel unlike unmark unmoderate unreblog unset unshare unstar unsuppress untag
	untrash unwatch use view vote wait wake whitelist wipe wire write zip suppress refer reward rotate`)

// IsVerb reports whether a lower-case word can begin the name of a method.
func IsVerb(w string) bool {
	if commonVerbs[w] || otherVerbs[w] {
		return true
	}
	for _, prefix := range []string{"re", "un"} { // redeliver, unstack
		if verb, ok := strings.CutPrefix(w, prefix); ok && (commonVerbs[verb] || otherVerbs[verb]) {
			return true
		}
	}
	return false
}

// IsCommonVerb reports whether a lower-case word is a verb wherever it is: "cancel"
// is, and "order" is not.
func IsCommonVerb(w string) bool { return commonVerbs[w] }
