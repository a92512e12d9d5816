#ifndef MRG_GATEWAY_CEREMONY_ISSUERS_TEXT_H_
#define MRG_GATEWAY_CEREMONY_ISSUERS_TEXT_H_

// The text of an issuer list, judged where people still can mend it: by the rules that a node
// applies when it takes the list and when it decides by it.
//
// Thread-safe: a pure function but for reading nodes.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/prefix_tree/prefix_tree.h"

namespace mrg {

// What the text is judged against.
struct IssuersContext {
  std::string jurisdiction;  // whose list
  absl::Time now;
  bool far_ahead = false;           // permitted (far_ahead.h)
  std::string catalogue_root = {};  // 32 raw bytes: the jurisdiction's catalogue; empty: none yet
};

// Reads the list into the entries of its tree, at least one. `nodes` has those of the catalogue.
// Errors: ISSUER_LIST_INVALID and FIELD_MALFORMED with path and line of the first entry that a node
// would refuse (Issuer::Parse), whose code of the authority or of a type has a wrong check
// character, that has an area outside the jurisdiction or a type that the catalogue does not list;
// as ParseTextMessage, and as NodeSource.
absl::StatusOr<std::vector<TreeEntry>> ReadIssuersText(absl::string_view text,
                                                       const IssuersContext& context,
                                                       const NodeSource& nodes);

}  // namespace mrg

#endif  // MRG_GATEWAY_CEREMONY_ISSUERS_TEXT_H_
