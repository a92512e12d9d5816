#include "trustlist/fork/fork_evidence.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "trustlist/client/trusted_metadata_set.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/role_threshold.h"
#include "trustlist/format/root_metadata.h"
#include "trustlist/format/signed_envelope.h"
#include "trustlist/format/timestamp_metadata.h"

namespace mrg {
namespace {

using trustlist::v1::ForkEvidence;

constexpr int kRootsMax = 256;

absl::Status Invalid(absl::string_view what) {
  return MakeError(Reason::kForkEvidenceInvalid, what);
}

// One of the two files, as far as a conflict needs it.
struct Side {
  SignedEnvelope envelope;
  int64_t version = 0;
  std::optional<PreviousTimestamp> previous;
};

absl::StatusOr<Side> ReadSide(absl::string_view role, absl::string_view bytes) {
  MRG_ASSIGN_OR_RETURN(SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
  if (role == kRootRole) {
    MRG_ASSIGN_OR_RETURN(const RootMetadata root, RootMetadata::Parse(envelope));
    // A root that its own keys did not sign would be taken by nobody.
    MRG_RETURN_IF_ERROR(CheckThreshold(envelope, root.keys, root.roles.at(kRootRole)));
    return Side{std::move(envelope), root.header.version, std::nullopt};
  }
  if (role != kTimestampRole) return Invalid("expected the role root or timestamp");
  MRG_ASSIGN_OR_RETURN(const TimestampMetadata timestamp, TimestampMetadata::Parse(envelope));
  return Side{std::move(envelope), timestamp.header.version, timestamp.previous};
}

// Puts the lower version first, of equal ones the lower digest.
void Order(Side* a, Side* b) {
  const auto rank = [](const Side& side) {
    return std::make_pair(side.version, side.envelope.signed_sha256());
  };
  if (rank(*b) < rank(*a)) std::swap(*a, *b);
}

// Result: true when both cannot be true. REQUIRES: ordered.
bool Conflict(const Side& first, const Side& second) {
  if (first.version == second.version) {
    return first.envelope.signed_sha256() != second.envelope.signed_sha256();
  }
  return second.version == first.version + 1 && second.previous.has_value() &&
         (second.previous->version != first.version ||
          second.previous->signed_sha256 != first.envelope.signed_sha256());
}

bool Signed(const RootMetadata& root, const std::string& role, const Side& side) {
  return CheckThreshold(side.envelope, root.keys, root.roles.at(role)).ok();
}

// Result: the identities of the role's keys whose signatures of the file are valid.
std::set<std::string> SignersOf(const RootMetadata& root, const std::string& role,
                                const Side& side) {
  std::set<std::string> signers;
  for (const std::string& keyid : root.roles.at(role).keyids) {
    const auto key = root.keys.find(keyid);
    if (key == root.keys.end()) continue;
    const RoleKeys alone{{keyid}, 1};
    if (CheckThreshold(side.envelope, root.keys, alone).ok()) {
      signers.insert(key->second.identity());
    }
  }
  return signers;
}

bool Names(const Side& later, const Side& earlier) {
  return later.previous.has_value() &&
         later.previous->signed_sha256 == earlier.envelope.signed_sha256();
}

absl::StatusOr<RootMetadata> ReadRoot(absl::string_view bytes) {
  MRG_ASSIGN_OR_RETURN(const SignedEnvelope envelope, SignedEnvelope::Parse(bytes));
  return RootMetadata::Parse(envelope);
}

}  // namespace

std::optional<ForkEvidence> FindFork(const MemberId& publisher,
                                     const std::vector<std::string>& roots, absl::string_view role,
                                     absl::string_view a, absl::string_view b, absl::Time now) {
  auto first = ReadSide(role, a);
  auto second = ReadSide(role, b);
  if (!first.ok() || !second.ok()) return std::nullopt;
  const bool swapped = [&] {
    const std::string before = first->envelope.signed_sha256();
    Order(&*first, &*second);
    return first->envelope.signed_sha256() != before;
  }();
  if (!Conflict(*first, *second)) return std::nullopt;
  // Of a root the one before it signed both; of a timestamp any root may have.
  for (size_t count = 1; count <= std::min<size_t>(roots.size(), kRootsMax); ++count) {
    const auto root = ReadRoot(roots[count - 1]);
    if (!root.ok()) return std::nullopt;
    if (role == kRootRole && root->header.version + 1 != first->version) continue;
    const std::string name(role);
    if (!Signed(*root, name, *first) || !Signed(*root, name, *second)) continue;
    ForkEvidence evidence;
    evidence.set_publisher(publisher.value());
    for (size_t i = 0; i < count; ++i) evidence.add_roots(roots[i]);
    evidence.set_role(name);
    evidence.set_first(std::string(swapped ? b : a));
    evidence.set_second(std::string(swapped ? a : b));
    *evidence.mutable_found_at() = ToTimestamp(now);
    return evidence;
  }
  return std::nullopt;
}

bool KeysWereReplaced(const ForkEvidence& evidence, absl::string_view newest_root) {
  if (evidence.role() == kRootRole) return false;
  const auto root = ReadRoot(newest_root);
  const auto first = ReadSide(evidence.role(), evidence.first());
  const auto second = ReadSide(evidence.role(), evidence.second());
  return root.ok() && first.ok() && second.ok() &&
         !(Signed(*root, evidence.role(), *first) && Signed(*root, evidence.role(), *second));
}

ForkKeys KeysOfFork(const ForkEvidence& evidence, absl::string_view newest_root) {
  ForkKeys keys;
  keys.replaced = KeysWereReplaced(evidence, newest_root);
  if (!keys.replaced) return keys;
  const auto newest = ReadRoot(newest_root);
  const auto signed_under = ReadRoot(*evidence.roots().rbegin());
  if (!newest.ok() || !signed_under.ok()) return keys;
  for (const std::string* bytes : {&evidence.first(), &evidence.second()}) {
    const auto side = ReadSide(evidence.role(), *bytes);
    if (side.ok()) keys.signers.merge(SignersOf(*signed_under, evidence.role(), *side));
  }
  std::set<std::string> replaced = keys.signers;
  for (const std::string& keyid : newest->roles.at(evidence.role()).keyids) {
    const auto listed = newest->keys.find(keyid);
    if (listed != newest->keys.end()) replaced.erase(listed->second.identity());
  }
  if (!replaced.empty()) keys.signers = std::move(replaced);
  return keys;
}

bool ProveOneFork(const ForkEvidence& a, const ForkEvidence& b) {
  if (a.role() != b.role() || a.roots().empty() || b.roots().empty()) return false;
  const bool under_one_root = *a.roots().rbegin() == *b.roots().rbegin();
  const auto read = [&a](const std::string& bytes) { return ReadSide(a.role(), bytes); };
  const absl::StatusOr<Side> of_a[] = {read(a.first()), read(a.second())};
  const absl::StatusOr<Side> of_b[] = {read(b.first()), read(b.second())};
  for (const int i : {0, 1}) {
    for (const int j : {0, 1}) {
      const auto& common = of_a[i];
      const auto& same = of_b[j];
      const auto& one = of_a[1 - i];
      const auto& other = of_b[1 - j];
      if (!common.ok() || !same.ok() || !one.ok() || !other.ok()) return false;
      if (common->envelope.signed_sha256() != same->envelope.signed_sha256()) continue;
      if (one->envelope.signed_sha256() == other->envelope.signed_sha256()) return true;
      if (under_one_root && (Names(*one, *other) || Names(*other, *one))) return true;
    }
  }
  return false;
}

absl::StatusOr<ForkEvidence> ParseForkEvidence(absl::string_view bytes) {
  return ParseCanonical<ForkEvidence>(bytes, Reason::kForkEvidenceInvalid);
}

absl::StatusOr<ForkFinding> CheckForkEvidence(const ForkEvidence& evidence) {
  auto publisher = MemberId::Parse(evidence.publisher());
  if (!publisher.ok()) return Invalid("publisher: expected a member id");
  if (evidence.roots().empty() || evidence.roots_size() > kRootsMax) {
    return Invalid("roots: expected 1 to 256 root files");
  }
  auto chain = TrustedMetadataSet::FromTrustedRoot(evidence.roots(0), absl::InfinitePast());
  if (!chain.ok()) return Invalid("roots[0]: expected a root that its own keys signed");
  ForkFinding finding{*std::move(publisher)};
  finding.first_root_sha256 = chain->root().header.signed_sha256;
  for (int i = 1; i < evidence.roots_size(); ++i) {
    if (!chain->UpdateRoot(evidence.roots(i)).ok()) {
      return Invalid(absl::StrCat("roots[", i, "]: expected the root after the one before it"));
    }
  }
  const RootMetadata& root = chain->root();
  const auto first = ReadSide(evidence.role(), evidence.first());
  if (!first.ok()) return Invalid(absl::StrCat("first: ", first.status().message()));
  const auto second = ReadSide(evidence.role(), evidence.second());
  if (!second.ok()) return Invalid(absl::StrCat("second: ", second.status().message()));
  if (!Signed(root, evidence.role(), *first)) {
    return Invalid("first: expected the signatures of the last root's keys");
  }
  if (!Signed(root, evidence.role(), *second)) {
    return Invalid("second: expected the signatures of the last root's keys");
  }
  if (evidence.role() == kRootRole && first->version != root.header.version + 1) {
    return Invalid("first: expected the version after the last root's");
  }
  if (second->version < first->version || !Conflict(*first, *second)) {
    return Invalid("the two files do not contradict each other");
  }
  finding.root_version = root.header.version;
  finding.role = evidence.role();
  finding.first_version = first->version;
  finding.second_version = second->version;
  finding.first_sha256 = first->envelope.signed_sha256();
  finding.second_sha256 = second->envelope.signed_sha256();
  return finding;
}

std::string ForkEvidenceId(const ForkEvidence& evidence) {
  ForkEvidence named;
  named.set_publisher(evidence.publisher());
  if (!evidence.roots().empty()) {
    named.add_roots(evidence.roots(0));
    named.add_roots(evidence.roots(evidence.roots_size() - 1));
  }
  named.set_role(evidence.role());
  named.set_first(evidence.first());
  named.set_second(evidence.second());
  return Sha256(CanonicalBytes(named));
}

}  // namespace mrg
