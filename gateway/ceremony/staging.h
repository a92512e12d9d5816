#ifndef MRG_GATEWAY_CEREMONY_STAGING_H_
#define MRG_GATEWAY_CEREMONY_STAGING_H_

// From the files that people write to the targets that members sign: which path, which bytes. They
// are judged here by the rules of the node that takes them, as far as one file and the folder can
// tell (issuers_text.h, file_check.h).
//
// Thread-safe: pure but for the file.

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/ceremony/repository_folder.h"

namespace mrg {

// What to stage. Exactly one of the kinds; each but `file` is empty when not given.
struct StageOptions {
  std::string file = {};
  std::string target = {};     // any path, bytes as they are
  std::string issuers = {};    // jurisdiction; IssuerList textproto -> prefix tree
  std::string catalogue = {};  // jurisdiction; CatalogueList textproto -> prefix tree
  std::string pack = {};       // jurisdiction; the pack's text as it is
  std::string agreement = {};  // jurisdiction; the agreement's text as it is
  std::string repeal = {};     // jurisdiction; the repeal's text as it is
  bool dictionary = false;
  bool federation = false;    // Federation textproto -> canonical bytes
  bool contact = false;       // Contact textproto -> canonical bytes
  std::string calendar = {};  // year
  std::string remove = {};    // path that is no longer listed; without `file`
  // A file with the hub's dictionary, by which packs and catalogues are judged. Empty: the newest
  // one that the folder lists, and only the hub's lists any.
  std::string canonical = {};
  bool far_ahead = false;  // states and repeals may lie more than ten years ahead (far_ahead.h)
};

// A change of what is listed, that waits for its signature.
struct StagedTarget {
  std::string path;
  std::string role;  // that must sign
  bool removed = false;
  // A pack or catalogue that was judged without a dictionary: the rest is left to the node.
  bool without_dictionary = false;
};

// Stages what `options` names.
// Errors: NotFound, ISSUER_LIST_INVALID, CATALOGUE_INVALID, PACK_INVALID, AGREEMENT_INVALID,
// DICTIONARY_INVALID, CONFIG_INVALID (federation, contact), FIELD_MALFORMED, TREE_NODE_MALFORMED,
// naming the field that is wrong; FailedPrecondition for a path that the node writes itself;
// NotFound when what is to be removed is not listed.
absl::StatusOr<StagedTarget> StageTarget(const StageOptions& options, absl::Time now,
                                         RepositoryFolder* folder);

}  // namespace mrg

#endif  // MRG_GATEWAY_CEREMONY_STAGING_H_
