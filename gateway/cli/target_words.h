#ifndef MRG_GATEWAY_CLI_TARGET_WORDS_H_
#define MRG_GATEWAY_CLI_TARGET_WORDS_H_

// What a target, or an entry of a prefix tree, says: for the person who is asked to sign it.
//
// Thread-safe: pure functions.

#include <string>

#include "absl/strings/string_view.h"
#include "gateway/cli/display.h"

namespace mrg {

// Result: one entry of the tree at `path` in one line: an issuer's key with its algorithm, use,
// types, areas and states; a licence type. A value that does not parse is shown as such: the node
// will refuse it, but the signer is to see it first.
std::string EntryInWords(absl::string_view path, absl::string_view id, absl::string_view value,
                         Language language);

// Result: the same entry, or the target file at `path`, as text of many lines, for a comparison.
std::string EntryText(absl::string_view path, absl::string_view value);
std::string TargetText(absl::string_view path, absl::string_view bytes);

// Prints what a new target file puts in force: an agreement's parties, times, rules and packs, a
// repeal, a member, a log key; of other files the text, or its first lines.
void PrintNewTarget(absl::string_view path, absl::string_view bytes, Display& out);

// Prints the lines that differ, "-" before those that go and "+" before those that come.
void PrintLineDiff(const std::string& before, const std::string& after, Display& out);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_TARGET_WORDS_H_
