#ifndef MRG_GATEWAY_CEREMONY_FILE_CHECK_H_
#define MRG_GATEWAY_CEREMONY_FILE_CHECK_H_

// A file that is to be listed under a path, read as a node will read it there: its text is good,
// and what it says of itself is what the path says.
//
// Thread-safe: a pure function.

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace mrg {

// Judges `bytes` for `path`. What only a node can judge is left to it: a pack's use of the
// dictionary, how the rules of an agreement hold together, and the places in a list of members.
// Errors: METADATA_MALFORMED for a path that no target has, a prefix tree's, and a calendar or list
// of log keys that is none; DICTIONARY_INVALID, PACK_INVALID, AGREEMENT_INVALID; when year,
// version, type, id, revision, owner or party differ, both values are named.
absl::Status CheckFile(absl::string_view path, absl::string_view bytes);

}  // namespace mrg

#endif  // MRG_GATEWAY_CEREMONY_FILE_CHECK_H_
