// Package guards checks the checks: it lists every guard of the repository,
// breaks what each one guards, and expects it to fail. It consists of tests:
//
//   - TestEveryGuard finds the guards: the tests of some files, every fuzz
//     target and every step of .ci/run. It fails if one has no sabotage.
//   - TestSabotageApplies checks that what each sabotage changes still exists.
//   - TestSabotage runs every sabotage in a copy of the repository. It takes
//     many minutes, so only make sabotage does it.
//
// After a refactoring that moves or renames what a sabotage changes, change the
// table as well, and run its line: make sabotage GUARD=TestCoverage.
package guards
