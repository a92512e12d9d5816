#include "gateway/federation/head_desk.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/base/reason.h"
#include "gateway/base/request_fields.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/digest.h"
#include "trustlist/format/metadata_limits.h"

namespace mrg {
namespace {

using trustlist::v1::ExchangeHeadsRequest;
using trustlist::v1::ExchangeHeadsResponse;
using trustlist::v1::LogHead;

constexpr size_t kPublishersMax = 64;
constexpr size_t kHeadsMax = 4096;  // of a message: 32 roots and 32 timestamps of 64 publishers
constexpr size_t kFilesMax = 64;    // of an answer
// Of a message, for whoever writes it and whoever reads it: all that is kept of 64 members.
constexpr size_t kLogHeadsMax = kPublishersMax * kLogsOfAMemberMax;
constexpr size_t kOriginBytesMax = 127;
constexpr size_t kCheckpointBytesMax = 2048;
// Of two trees with 64-bit sizes.
constexpr size_t kProofHashesMax = 65;

using HeadMessages = google::protobuf::RepeatedPtrField<trustlist::v1::Head>;

void AddHead(const Head& head, HeadMessages* messages) {
  trustlist::v1::Head* const message = messages->Add();
  message->set_publisher(head.publisher.value());
  message->set_root_version(head.root_version);
  message->set_role(head.role);
  message->set_version(head.version);
  message->set_signed_sha256(head.signed_sha256);
  message->set_previous_sha256(head.previous_sha256);
  message->set_keys_sha256(head.keys_sha256);
}

bool IsWellFormed(const trustlist::v1::Head& head) {
  return head.root_version() > 0 && head.version() > 0 &&
         head.signed_sha256().size() == kDigestBytes &&
         (head.previous_sha256().empty() || head.previous_sha256().size() == kDigestBytes) &&
         (head.keys_sha256().empty() || head.keys_sha256().size() == kDigestBytes);
}

// Result: of the first kHeadsMax those that are well formed and about one of `publishers`: nothing
// else is read of.
std::vector<Head> HeadsAbout(const std::vector<MemberId>& publishers,
                             const HeadMessages& messages) {
  std::vector<Head> heads;
  const int count = std::min(messages.size(), static_cast<int>(kHeadsMax));
  for (int i = 0; i < count; ++i) {
    const trustlist::v1::Head& head = messages[i];
    const auto publisher = MemberId::Parse(head.publisher());
    if (!publisher.ok() || !IsWellFormed(head) || !absl::c_linear_search(publishers, *publisher)) {
      continue;
    }
    heads.push_back({*publisher, head.root_version(), head.role(), head.version(),
                     head.signed_sha256(), head.previous_sha256(), head.keys_sha256()});
  }
  return heads;
}

absl::StatusOr<std::vector<MemberId>> AskedPublishers(const ExchangeHeadsRequest& request,
                                                      const std::vector<MemberId>& all) {
  if (request.publishers().empty()) return all;
  MRG_RETURN_IF_ERROR(
      RequireAtMost("publishers", static_cast<size_t>(request.publishers_size()), kPublishersMax));
  std::vector<MemberId> asked;
  for (int i = 0; i < request.publishers_size(); ++i) {
    MRG_ASSIGN_OR_RETURN(
        MemberId publisher,
        RequireId<MemberId>(absl::StrCat("publishers[", i, "]"), request.publishers(i)));
    asked.push_back(std::move(publisher));
  }
  return asked;
}

bool IsWellFormed(const LogHead& head) {
  return !head.origin().empty() && head.origin().size() <= kOriginBytesMax &&
         !head.checkpoint().empty() && head.checkpoint().size() <= kCheckpointBytesMax &&
         static_cast<size_t>(head.consistency_proof_size()) <= kProofHashesMax &&
         absl::c_all_of(head.consistency_proof(),
                        [](const std::string& hash) { return hash.size() == kDigestBytes; });
}

// Result: what the origins of the member's logs begin with.
std::string LogsOf(absl::string_view member) { return absl::StrCat(member, "/"); }

// Result: the same of whoever asks, who shows the own log first. Whether it is theirs nobody has
// checked: it decides in which order an answer is written.
std::string LogsOfAsker(const ExchangeHeadsRequest& request) {
  if (request.log_heads().empty()) return "";
  const std::string& origin = request.log_heads(0).origin();
  return origin.substr(0, origin.find('/') + 1);
}

}  // namespace

absl::StatusOr<ExchangeHeadsRequest> HeadDesk::Ask(const MemberId& peer) const {
  uint64_t kept_size = 0;
  {
    MutexLock lock(mu_);
    const auto kept = kept_size_.find(peer);
    if (kept != kept_size_.end()) kept_size = kept->second;
  }
  ExchangeHeadsRequest request;
  for (const MemberId& publisher : parts_.publishers) {
    MRG_ASSIGN_OR_RETURN(const std::vector<Head> heads, parts_.heads->NewestHeadsOf(publisher));
    for (const Head& head : heads) AddHead(head, request.mutable_heads());
  }
  MRG_RETURN_IF_ERROR(AddLogHeads(kept_size, LogsOf(peer.value()), request.mutable_log_heads()));
  return request;
}

bool HeadDesk::IsBehind(const MemberId& peer) const {
  const uint64_t own_size = parts_.log->size();
  MutexLock lock(mu_);
  const auto kept = kept_size_.find(peer);
  return kept != kept_size_.end() && kept->second > 0 && kept->second < own_size;
}

absl::StatusOr<ExchangeHeadsResponse> HeadDesk::Answer(const ExchangeHeadsRequest& request) {
  MRG_ASSIGN_OR_RETURN(const std::vector<MemberId> publishers,
                       AskedPublishers(request, parts_.publishers));
  MRG_RETURN_IF_ERROR(RequireAtMost("heads", static_cast<size_t>(request.heads_size()), kHeadsMax));
  MRG_ASSIGN_OR_RETURN(const OfOwnLog own, KeepLogHeads(request.log_heads(), std::nullopt));
  ExchangeHeadsResponse response;
  for (const MemberId& publisher : publishers) {
    MRG_ASSIGN_OR_RETURN(const std::vector<Head> heads, parts_.heads->HeadsOf(publisher));
    for (const Head& head : heads) AddHead(head, response.mutable_heads());
  }
  MRG_ASSIGN_OR_RETURN(
      std::vector<HeadFile> files,
      parts_.heads->FilesAgainst(HeadsAbout(publishers, request.heads()), kFilesMax));
  for (HeadFile& file : files) {
    trustlist::v1::SignedFile* const message = response.add_files();
    message->set_publisher(file.publisher.value());
    message->set_role(file.role);
    message->set_content(std::move(file.bytes));
  }
  MRG_RETURN_IF_ERROR(AddLogHeads(own.size, LogsOfAsker(request), response.mutable_log_heads()));
  return response;
}

absl::StatusOr<std::vector<MemberId>> HeadDesk::Take(const MemberId& peer,
                                                     const ExchangeHeadsResponse& answer,
                                                     absl::Time now) {
  MRG_ASSIGN_OR_RETURN(const OfOwnLog own, KeepLogHeads(answer.log_heads(), peer));
  if (own.is_an_answer) {
    {
      MutexLock lock(mu_);
      kept_size_[peer] = own.size;
    }
    MRG_RETURN_IF_ERROR(parts_.standing->PeerAnswered(peer, own.is_kept));
  }
  const std::vector<Head> heads = HeadsAbout(parts_.publishers, answer.heads());
  MRG_ASSIGN_OR_RETURN(const int contradictions, parts_.heads->CountContradictions(heads));
  if (contradictions > 0) {
    parts_.metrics->contradictions.Increment({{"peer", LabelValue::OfMember(peer)}},
                                             contradictions);
  }
  MRG_RETURN_IF_ERROR(parts_.heads->Compare(FilesAbout(answer.files()), now));
  if (own.is_an_answer) return parts_.heads->NewerRoots(heads);
  return MakeError(
      Reason::kReceiptCheckpointInvalid,
      absl::StrCat("log_heads: expected the checkpoint of ", parts_.log->origin(),
                   " that the peer keeps, signed by a key of that log, among the first ",
                   kLogHeadsMax));
}

std::vector<HeadFile> HeadDesk::FilesAbout(
    const google::protobuf::RepeatedPtrField<trustlist::v1::SignedFile>& messages) const {
  std::vector<HeadFile> files;
  const int count = std::min(messages.size(), static_cast<int>(kFilesMax));
  for (int i = 0; i < count; ++i) {
    const auto publisher = MemberId::Parse(messages[i].publisher());
    if (!publisher.ok() || !absl::c_linear_search(parts_.publishers, *publisher) ||
        messages[i].content().size() > MetadataLimits().root_bytes_max) {
      continue;
    }
    files.push_back({*publisher, messages[i].role(), messages[i].content()});
  }
  return files;
}

absl::Status HeadDesk::AddLogHeads(uint64_t proof_from, const std::string& first,
                                   LogHeads* heads) const {
  const std::string own = parts_.log->LatestCheckpoint();
  if (!own.empty()) {
    LogHead* const head = heads->Add();
    head->set_origin(parts_.log->origin());
    head->set_checkpoint(own);
    MRG_ASSIGN_OR_RETURN(const Checkpoint checkpoint, ParseCheckpointBody(own));
    if (0 < proof_from && proof_from < checkpoint.size) {
      MRG_ASSIGN_OR_RETURN(const std::vector<std::string> proof,
                           parts_.log->ConsistencyProof(proof_from, checkpoint.size));
      head->set_proof_from(proof_from);
      for (const std::string& hash : proof) head->add_consistency_proof(hash);
    }
  }
  MRG_ASSIGN_OR_RETURN(std::vector<WitnessedLog> witnessed, parts_.witness->List());
  std::stable_partition(witnessed.begin(), witnessed.end(), [&first](const WitnessedLog& log) {
    return !first.empty() && absl::StartsWith(log.origin, first);
  });
  for (WitnessedLog& log : witnessed) {
    if (static_cast<size_t>(heads->size()) >= kLogHeadsMax) break;
    LogHead* const head = heads->Add();
    head->set_origin(std::move(log.origin));
    head->set_checkpoint(std::move(log.checkpoint));
  }
  return absl::OkStatus();
}

absl::StatusOr<HeadDesk::OfOwnLog> HeadDesk::KeepLogHeads(const LogHeads& heads,
                                                          const std::optional<MemberId>& peer) {
  OfOwnLog own;
  bool is_there = false;
  const int count = std::min(heads.size(), static_cast<int>(kLogHeadsMax));
  for (int i = 0; i < count; ++i) {
    const LogHead& head = heads[i];
    const bool is_own = head.origin() == parts_.log->origin();
    is_there |= is_own;
    if (!IsWellFormed(head)) {
      if (is_own) own.is_an_answer = false;
      continue;
    }
    const absl::Status kept =
        is_own ? parts_.standing->PeerKeeps(head.checkpoint()) : KeepHeadOfOthers(head, peer);
    const auto reason = ReasonOf(kept);
    if (reason == Reason::kLogContradicted) {
      TellOnce(head.origin(), kept);
      own.is_kept |= is_own;
    } else if (reason == Reason::kStoreUnavailable || reason == Reason::kStoreCorrupt) {
      return kept;
    } else if (is_own && !kept.ok()) {
      own.is_an_answer = false;
    } else if (is_own) {
      MRG_ASSIGN_OR_RETURN(const Checkpoint checkpoint, ParseCheckpointBody(head.checkpoint()));
      own.size = checkpoint.size;
      own.is_kept |= checkpoint.size > 0;
    }
  }
  if (!is_there && heads.size() > count) own.is_an_answer = false;
  return own;
}

absl::Status HeadDesk::KeepHeadOfOthers(const LogHead& head, const std::optional<MemberId>& peer) {
  const absl::Status kept = parts_.witness->Keep(
      {head.origin(), head.checkpoint()},
      {head.proof_from(), {head.consistency_proof().begin(), head.consistency_proof().end()}});
  if (ReasonOf(kept) != Reason::kReceiptProofInvalid) return kept;
  // Whose log it is has failed to show that it goes on; anybody else may have passed on nonsense.
  const bool is_its_own =
      peer.has_value() && absl::StartsWith(head.origin(), LogsOf(peer->value()));
  if (!is_its_own) return absl::OkStatus();
  return MakeError(Reason::kLogContradicted,
                   absl::StrCat(head.origin(), " does not continue the first ", head.proof_from(),
                                " records that are kept of it"));
}

void HeadDesk::TellOnce(const std::string& origin, const absl::Status& why) {
  {
    MutexLock lock(mu_);
    if (!told_.insert(origin).second) return;
  }
  parts_.events->WriteFailure(Event::kLogContradicted, why);
}

}  // namespace mrg
