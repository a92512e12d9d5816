#include "trustlist/fork/fork_watch.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "trustlist/fork/fork_evidence.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/format/signed_envelope.h"

namespace mrg {
namespace {

// Result: the version that the file states; 0 when it states none.
int64_t StatedVersion(absl::string_view bytes) {
  const auto envelope = SignedEnvelope::Parse(bytes);
  if (!envelope.ok()) return 0;
  return IntegerMember(envelope->signed_part(), "version").value_or(0);
}

}  // namespace

ForkWatch::ForkWatch(OrderedStore* store, OnForkFn on_fork)
    : on_fork_(std::move(on_fork)), metadata_(store), timestamps_(store), forks_(store) {}

absl::StatusOr<ForkWatch::Verdict> ForkWatch::Compare(const MemberId& publisher,
                                                      absl::string_view role,
                                                      absl::string_view bytes, absl::Time now) {
  const int64_t version = StatedVersion(bytes);
  if (version < 1) return Verdict::kAgrees;
  MRG_ASSIGN_OR_RETURN(const std::vector<std::string> roots, metadata_.RootChain(publisher));
  MRG_ASSIGN_OR_RETURN(const std::vector<TimestampChain> chains, timestamps_.Chains(publisher));
  Verdict verdict = Verdict::kAgrees;
  for (int64_t other = std::max<int64_t>(1, version - 1); other <= version + 1; ++other) {
    MRG_ASSIGN_OR_RETURN(const std::vector<std::string> files,
                         FilesOf(publisher, role, other, chains));
    for (const std::string& trusted : files) {
      if (trusted == bytes) continue;
      const auto evidence = FindFork(publisher, roots, role, trusted, bytes, now);
      if (!evidence.has_value()) continue;
      const ForkKeys keys = KeysOfFork(*evidence, roots.back());
      MRG_ASSIGN_OR_RETURN(const auto kept, KeptAlready(publisher, *evidence, keys));
      if (kept.has_value()) {
        if (kept->IsOpen()) return Verdict::kForked;
        verdict = Verdict::kForkAnswered;
        continue;
      }
      MRG_ASSIGN_OR_RETURN(const bool is_new, forks_.Keep(*evidence, keys));
      if (is_new && on_fork_) on_fork_(*evidence);
      MRG_ASSIGN_OR_RETURN(const bool answered, forks_.IsAnswered(*evidence, keys));
      if (!answered) return Verdict::kForked;
      verdict = Verdict::kForkAnswered;
    }
  }
  return verdict;
}

absl::StatusOr<std::vector<std::string>> ForkWatch::FilesOf(
    const MemberId& publisher, absl::string_view role, int64_t version,
    const std::vector<TimestampChain>& chains) const {
  std::vector<std::string> files;
  if (role != kTimestampRole) {
    MRG_ASSIGN_OR_RETURN(std::optional<std::string> file, metadata_.Read(publisher, role, version));
    if (file.has_value()) files.push_back(*std::move(file));
    return files;
  }
  for (const TimestampChain& chain : chains) {
    MRG_ASSIGN_OR_RETURN(std::optional<std::string> file,
                         timestamps_.Read(publisher, chain.serial, version));
    if (file.has_value()) files.push_back(*std::move(file));
  }
  return files;
}

absl::StatusOr<std::optional<KeptFork>> ForkWatch::KeptAlready(
    const MemberId& publisher, const trustlist::v1::ForkEvidence& evidence,
    const ForkKeys& keys) const {
  MRG_ASSIGN_OR_RETURN(std::vector<KeptFork> forks, forks_.List(publisher));
  for (KeptFork& fork : forks) {
    if (fork.HoldsFor(keys) && ProveOneFork(fork.fork.evidence(), evidence)) {
      return std::optional<KeptFork>(std::move(fork));
    }
  }
  return std::optional<KeptFork>();
}

absl::Status ForkWatch::CheckNotFrozen(const MemberId& publisher) const {
  MRG_ASSIGN_OR_RETURN(const bool frozen, forks_.IsFrozen(publisher));
  if (!frozen) return absl::OkStatus();
  return MakeError(Reason::kPublisherFrozen,
                   "see mrgctl trust evidence list; mrgctl trust resume goes on");
}

}  // namespace mrg
