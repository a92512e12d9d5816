#include "gateway/ceremony/revocation.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/instant.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/ceremony/far_ahead.h"
#include "gateway/prefix_tree/prefix_tree.h"
#include "google/protobuf/util/message_differencer.h"
#include "mrg/gateway/v1/issuer.pb.h"

namespace mrg {
namespace {

using gateway::v1::IssuerEntry;
using gateway::v1::IssuerState;
using google::protobuf::util::MessageDifferencer;

constexpr size_t kKeyDigitsMin = 8;

absl::StatusOr<IssuerState> ParseState(const RevokeOptions& options, absl::Time now) {
  IssuerState state;
  gateway::v1::IssuerStateKind kind;
  if (!gateway::v1::IssuerStateKind_Parse(
          absl::StrCat("ISSUER_STATE_KIND_", absl::AsciiStrToUpper(options.state)), &kind) ||
      kind == gateway::v1::ISSUER_STATE_KIND_UNSPECIFIED) {
    return MakeFieldError(Reason::kFieldMalformed, "--state",
                          "expected retired, suspended or compromised");
  }
  state.set_kind(kind);
  MRG_ASSIGN_OR_RETURN(const absl::Time from, ParseInstantFrom("--from", options.from, now));
  if (!options.far_ahead) MRG_RETURN_IF_ERROR(CheckNotFarAhead("--from", from, now));
  *state.mutable_from() = ToTimestamp(from);
  if (options.until.empty()) return state;
  MRG_ASSIGN_OR_RETURN(const absl::Time until, ParseInstantFrom("--until", options.until, now));
  if (kind != gateway::v1::ISSUER_STATE_KIND_SUSPENDED || until <= from) {
    return MakeFieldError(Reason::kFieldMalformed, "--until",
                          "expected only for a suspension, and later than --from");
  }
  *state.mutable_until() = ToTimestamp(until);
  return state;
}

bool HasState(const IssuerEntry& entry, const IssuerState& state) {
  return std::any_of(entry.states().begin(), entry.states().end(), [&](const IssuerState& present) {
    return MessageDifferencer::Equals(present, state);
  });
}

void AddState(const IssuerState& state, IssuerEntry* entry) {
  *entry->add_states() = state;
  std::stable_sort(entry->mutable_states()->begin(), entry->mutable_states()->end(),
                   [](const IssuerState& a, const IssuerState& b) {
                     return ToTime(a.from()) < ToTime(b.from());
                   });
}

}  // namespace

absl::StatusOr<RevokedEntries> RevokeIssuer(const RevokeOptions& options, absl::Time now,
                                            RepositoryFolder* folder) {
  MRG_RETURN_IF_ERROR(JurisdictionId::Parse(options.jurisdiction).status());
  MRG_ASSIGN_OR_RETURN(const IssuerState state, ParseState(options, now));
  const std::string key = absl::AsciiStrToLower(options.key);
  if (!key.empty() && key.size() < kKeyDigitsMin) {
    return MakeFieldError(Reason::kFieldMalformed, "--key", "expected at least 8 hex digits");
  }
  const std::string path = IssuersPath(options.jurisdiction);
  MRG_ASSIGN_OR_RETURN(const std::string role, folder->RoleOf(path));
  MRG_ASSIGN_OR_RETURN(const MetadataDraft draft, folder->Read(role));
  MRG_ASSIGN_OR_RETURN(const TargetsMetadata targets, TargetsOf(draft));
  const auto listed = targets.targets.find(path);
  if (listed == targets.targets.end()) return absl::NotFoundError(path + " is not listed");

  const std::string prefix = absl::StrCat(options.issuer_code, "/", key);
  const FolderNodes nodes(folder);
  std::vector<TreeEntry> changed;
  size_t found = 0;
  MRG_RETURN_IF_ERROR(
      ForEachEntry(listed->second.sha256, nodes, [&](const TreeNodeEntry& entry) -> absl::Status {
        if (!absl::StartsWith(entry.id, prefix)) return absl::OkStatus();
        MRG_ASSIGN_OR_RETURN(IssuerEntry issuer,
                             ParseCanonical<IssuerEntry>(entry.value, Reason::kIssuerListInvalid));
        ++found;
        if (HasState(issuer, state)) return absl::OkStatus();
        AddState(state, &issuer);
        changed.push_back({std::string(entry.id), CanonicalBytes(issuer)});
        return absl::OkStatus();
      }));
  if (found == 0) return absl::NotFoundError(absl::StrCat(path, " has no entry ", prefix));
  if (changed.empty()) return absl::AlreadyExistsError("every such key has this state already");
  MRG_ASSIGN_OR_RETURN(const BuiltTree tree, UpdateTree(listed->second.sha256, nodes, changed, {}));
  MRG_RETURN_IF_ERROR(folder->StageTree(path, tree, now).status());
  RevokedEntries revoked{path, role, {}, ToTime(state.from())};
  if (state.has_until()) revoked.until = ToTime(state.until());
  for (TreeEntry& entry : changed) revoked.entries.push_back(std::move(entry.id));
  return revoked;
}

}  // namespace mrg
