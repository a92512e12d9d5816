#ifndef MRG_GATEWAY_CEREMONY_FILE_CHECK_H_
#define MRG_GATEWAY_CEREMONY_FILE_CHECK_H_

// A file that is to be listed under a path, read as a node will read it there: its text is good,
// and what it says of itself is what the path says.
//
// Thread-safe: a pure function.

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gateway/catalogue/dictionary.h"

namespace mrg {

// Judges `bytes` for `path`. `dictionary`: null when none is at hand; then a pack's use of it and
// the pack's own tests are left to the node. So is what rests on other files: which agreements are
// in force beside this one, whether the packs are there that it names, and the places in a list of
// members. Errors: METADATA_MALFORMED for a path that no target has, a prefix tree's, and a
// calendar or list of log keys that is none; DICTIONARY_INVALID, PACK_INVALID, AGREEMENT_INVALID;
// when year, version, type, id, revision, owner or party differ, both values are named. A fault of
// a pack, agreement, repeal or dictionary is told with its line where its field has one.
absl::Status CheckFile(absl::string_view path, absl::string_view bytes,
                       const Dictionary* dictionary);

}  // namespace mrg

#endif  // MRG_GATEWAY_CEREMONY_FILE_CHECK_H_
