#ifndef MRG_GATEWAY_CLI_SPOKEN_DIGEST_H_
#define MRG_GATEWAY_CLI_SPOKEN_DIGEST_H_

// Digests, and ids that are digests, as two people compare them over the telephone: the one form in
// which commands show them to people, and which commands take back as an argument beside the plain
// one. Programs get them plain (json_output.h).
//
// Thread-safe: pure functions.

#include <string>

#include "absl/strings/string_view.h"

namespace mrg {

// Result: lowercase hex digits in groups of four, a blank between: "0f3a 77c1".
std::string SpokenDigest(absl::string_view bytes);

// Result: the same of `hex`, an id or digest as text or the beginning of one, which others may have
// written; what is not of hex digits as Word() of displayed_text.h.
std::string SpokenHex(absl::string_view hex);

// Result: the id of an entry of a published list, of which the digest behind its last slash is in
// groups, "11310000YY000001XH/0f3a 77c1 …"; without such a digest as Word().
std::string SpokenEntryId(absl::string_view id);

// Result: what was typed as SpokenDigest shows it, in one; anything else without its blanks.
std::string TypedHex(absl::string_view typed);

// Result: what was typed as SpokenEntryId shows it, in one; anything else as it is.
std::string TypedEntryId(absl::string_view typed);

}  // namespace mrg

#endif  // MRG_GATEWAY_CLI_SPOKEN_DIGEST_H_
