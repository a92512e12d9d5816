#include "gateway/cli/doctor/node_checks.h"

#include <sys/resource.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/base/limits.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/real_clock.h"
#include "gateway/cli/doctor/phrase.h"
#include "gateway/crypto/certificate.h"
#include "gateway/federation/clock_difference.h"
#include "gateway/rpc/peers/grpc_peer_connection.h"
#include "gateway/rpc/peers/peer_channel.h"
#include "gateway/rpc/server/listening_socket.h"
#include "gateway/storage/data_folder.h"
#include "gateway/storage/restore_mark.h"
#include "grpcpp/channel.h"
#include "trustlist/format/metadata_header.h"

namespace mrg {
namespace {

// What a peer is given to say its time, however late it is by then.
constexpr absl::Duration kAskMin = absl::Seconds(1);

constexpr size_t kRoomMin = size_t{1} << 30;
// Below a tenth of the disk is told before it is a fault.
constexpr size_t kRoomShare = 10;
// With these the node has all the places for connections that it would ever give.
constexpr size_t kDescriptorsWanted =
    kDescriptorsReserved + kApiConnectionsMax + kFederationConnectionsMax;

Finding Sound(Phrase what, Phrase found) {
  return {Health::kSound, std::move(what), std::move(found), {}};
}

// A certificate is renewed when a third of its time is left (as ACME clients do), and it is late
// when a tenth is.
Health HealthOf(const Certificate& certificate, absl::Time now) {
  const absl::Duration whole = certificate.not_after() - certificate.not_before();
  const absl::Duration left = certificate.not_after() - now;
  if (left < whole / 10) return Health::kFault;
  return left < whole / 3 ? Health::kSoon : Health::kSound;
}

Finding JudgeCertificate(Phrase what, const Certificate& certificate, absl::Time now,
                         Phrase remedy) {
  const Health health = HealthOf(certificate, now);
  return {health, std::move(what),
          Phrase("holds until $0", {FormatTufTime(certificate.not_after())}),
          health == Health::kSound ? Phrase() : std::move(remedy)};
}

// Roles that the node signs itself, again and again: they never come near their end.
bool IsOnlineRole(absl::string_view role) {
  return role == "timestamp" || role == "snapshot" || role == "status";
}

Finding JudgeRole(const NodeConfig& config, const std::string& publisher,
                  const gateway::v1::RoleState& role, absl::Time now) {
  const bool is_own = publisher == config.member.value();
  const absl::Time ends = ToTime(role.expires());
  const absl::Duration alarm = IsOnlineRole(role.role()) ? absl::ZeroDuration()
                               : role.role() == "root"   ? config.root_alarm
                                                         : config.targets_alarm;
  Finding finding = Sound(
      Phrase("list $0", {absl::StrCat(publisher, "/", role.role())}),
      Phrase("version $0 holds until $1", {absl::StrCat(role.version()), FormatTufTime(ends)}));
  if (now >= ends) {
    finding.health = Health::kFault;
  } else if (ends - now < alarm) {
    finding.health = Health::kSoon;
  } else {
    return finding;
  }
  if (!is_own) {
    finding.remedy = "its publisher must sign it anew, and this node must reach it";
  } else if (IsOnlineRole(role.role())) {
    finding.remedy = "the node signs it itself: see why it does not in its log";
  } else {
    finding.remedy = "sign it anew: mrgctl trust renew, sign, publish";
  }
  return finding;
}

// Asks what the peer's clock shows, and tells it nothing.
Finding AskClock(const Peer& peer, const std::shared_ptr<grpc::Channel>& channel,
                 absl::Duration left, const Clock& clock) {
  GrpcPeerConnection connection(channel, std::max(left, kAskMin), &clock);
  trustlist::v1::ExchangeHeadsRequest request;
  request.add_publishers(peer.member.value());
  const absl::Time asked = clock.Now();
  const auto answer = connection.ExchangeHeads(request);
  if (answer.ok())
    return JudgeClock(peer.member, ToTime(answer->answered_at()), asked, clock.Now());
  return {Health::kSoon, Phrase("clock of $0", {peer.member.value()}),
          Phrase::OfReason(answer.status().message()),
          "the peer's rules must let this node call mrg.trustlist.v1.TrustRepositoryService/*"};
}

}  // namespace

Findings CheckCertificates(const NodeConfig& config, absl::Time now) {
  Findings findings;
  // The configuration was checked: the first is the node's own.
  const auto own = ParsePemCertificates(config.own_certificate.certificate_pem);
  if (own.ok()) {
    findings.push_back(JudgeCertificate(
        "own certificate", own->front(), now,
        Phrase("renew it and put it at $0; a running node takes it within a minute",
               {config.tls_files.certificate_path})));
  }
  for (const auto& [domain, path] : config.tls_files.ca_bundle_paths) {
    const auto bundle = ParsePemCertificates(config.trust_bundles.PemOf(domain));
    if (!bundle.ok()) continue;
    // The one that lasts longest carries the others' end.
    const Certificate& last = *std::max_element(
        bundle->begin(), bundle->end(),
        [](const Certificate& a, const Certificate& b) { return a.not_after() < b.not_after(); });
    findings.push_back(JudgeCertificate(Phrase("CA of $0", {domain}), last, now,
                                        Phrase("add its successor to $0 before it ends", {path})));
  }
  return findings;
}

Finding JudgeRoom(size_t free, size_t whole) {
  const Phrase found("$0 MiB of $1 MiB are free",
                     {absl::StrCat(free >> 20), absl::StrCat(whole >> 20)});
  if (free < kRoomMin) {
    return {Health::kFault, "disk", found,
            "make room: a node whose store cannot be written decides nothing"};
  }
  if (free < whole / kRoomShare) {
    return {Health::kSoon, "disk", found, "make room, or give the data folder a larger disk"};
  }
  return Sound("disk", found);
}

Findings CheckData(const NodeConfig& config) {
  namespace fs = std::filesystem;
  Findings findings;
  std::error_code error;
  fs::path folder = config.data_dir;
  if (!fs::exists(folder, error)) {
    findings.push_back(Sound("data folder", Phrase("the first start makes $0", {config.data_dir})));
    while (folder.has_relative_path() && !fs::exists(folder, error)) folder = folder.parent_path();
  } else {
    const absl::Status status = CheckDataFolder(config.data_dir);
    if (status.ok()) {
      findings.push_back(Sound("data folder", Phrase("$0 can be used", {config.data_dir})));
    } else {
      findings.push_back({Health::kFault, "data folder", Phrase::OfReason(status.message()),
                          "put back the folder of this node, or what was changed on it"});
    }
  }
  struct statvfs disk;
  if (statvfs(folder.empty() ? "." : folder.c_str(), &disk) == 0) {
    findings.push_back(
        JudgeRoom(size_t{disk.f_bavail} * disk.f_frsize, size_t{disk.f_blocks} * disk.f_frsize));
  }
  return findings;
}

Findings CheckRestored(const NodeConfig& config, std::span<const FieldKey> keys) {
  const Phrase what("restored folder");
  const auto mark = ReadRestoreMark(config.data_dir);
  if (!mark.ok()) {
    return {{Health::kFault, what, Phrase::OfReason(mark.status().message()),
             "restore the backup once more (mrgctl backup restore)"}};
  }
  if (!mark->has_value()) return {};
  std::vector<std::string> spent;
  for (const auto& [field, key] : keys) {
    if ((*mark)->IsSpent(key->spki_sha256())) spent.push_back(field);
  }
  const std::string made = FormatTufTime((*mark)->backup_made);
  if (spent.empty()) return {Sound(what, Phrase("has new keys since the backup of $0", {made}))};
  return {{Health::kFault, what,
           Phrase("of a backup of $0, and these keys may have signed since: $1",
                  {made, absl::StrJoin(spent, ", ")}),
           "make new ones: mrgctl keys replace, as BACKUP.md says; the node does not start with "
           "these"}};
}

Findings CheckPorts(const NodeConfig& config) {
  Findings findings;
  for (const auto& [listener, address] :
       std::vector<std::pair<std::string, std::string>>{{"api", config.api_address},
                                                        {"federation", config.federation_address},
                                                        {"metrics", config.metrics_address},
                                                        {"rest", config.rest_address}}) {
    if (address.empty()) continue;
    const Phrase what("listener $0", {listener});
    const absl::Status status = ListeningSocket::Bind(listener, address).status();
    if (status.ok()) {
      findings.push_back(Sound(what, Phrase("$0 is free", {address})));
    } else {
      findings.push_back({Health::kFault, what, Phrase::OfReason(status.message()),
                          "end what listens there, or name another address"});
    }
  }
  return findings;
}

Finding CheckDescriptors() {
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  const auto most = static_cast<size_t>(limit.rlim_max);
  const Phrase found("a process here may open $0", {absl::StrCat(most)});
  if (most >= kDescriptorsWanted) return Sound("open files", found);
  return {Health::kSoon, "open files", found,
          Phrase("raise it to $0 for the node (LimitNOFILE, ulimit -Hn), or it takes fewer "
                 "connections",
                 {absl::StrCat(kDescriptorsWanted)})};
}

Findings CheckTrust(const NodeConfig& config, const gateway::v1::GetTrustStateResponse& state,
                    absl::Time now) {
  Findings findings;
  for (const std::string& reason : state.not_ready_reasons()) {
    findings.push_back({Health::kFault, "readiness", Phrase::OfReason(reason),
                        "OPERATING.md, \"When something is wrong\", has each reason"});
  }
  if (state.ready()) findings.push_back(Sound("readiness", "the node decides"));
  for (const auto& publisher : state.publishers()) {
    const Phrase what("lists of $0", {publisher.publisher()});
    if (!publisher.last_refusal().empty()) {
      findings.push_back({Health::kFault, what,
                          Phrase("the last refresh was refused: $0", {publisher.last_refusal()}),
                          "OPERATING.md has what to do about each reason"});
    }
    if (publisher.roles().empty()) {
      findings.push_back({Health::kSoon, what, "nothing of it is in force here",
                          "it must publish, be listed by the hub, and be reached"});
    }
    for (const auto& role : publisher.roles()) {
      findings.push_back(JudgeRole(config, publisher.publisher(), role, now));
    }
  }
  return findings;
}

Findings CheckListedMembers(const NodeConfig& config,
                            const gateway::v1::GetTrustStateResponse& state) {
  Findings findings;
  if (config.role != NodeRole::kHub) return findings;
  std::vector<std::string> missing;
  for (const std::string& member : state.members()) {
    const bool is_peer = std::ranges::any_of(
        config.peers, [&](const Peer& peer) { return peer.member.value() == member; });
    if (!is_peer && member != config.member.value()) missing.push_back(member);
  }
  if (!missing.empty()) {
    findings.push_back(
        {Health::kFault, "peers",
         Phrase("the hub lists every region: $0 in its list and not in peers",
                {absl::StrJoin(missing, ", ")}),
         "add peers { member, endpoint, trust_domain } for each and restart the hub: "
         "without them it follows nobody's lists and keeps nobody's checkpoints"});
  }
  return findings;
}

Finding JudgeClock(const MemberId& peer, absl::Time theirs, absl::Time asked, absl::Time answered) {
  const absl::Duration within = (answered - asked) / 2;
  const absl::Duration ahead = theirs - (asked + within);
  const Phrase what("clock of $0", {peer.value()});
  const std::vector<std::string> ms = {
      absl::StrCat(absl::ToInt64Milliseconds(absl::AbsDuration(ahead)))};
  const Phrase found = ahead < absl::ZeroDuration() ? Phrase("$0 ms behind this machine's", ms)
                                                    : Phrase("$0 ms ahead of this machine's", ms);
  if (absl::AbsDuration(ahead) - within <= kClockDifferenceMax) return Sound(what, found);
  return {Health::kSoon, what, found,
          "look at this machine's time source first, then ask the member to look at its own: lists "
          "expire by the clock"};
}

Findings CheckPeers(const NodeConfig& config, absl::Duration at_most) {
  const RealClock clock;
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (const Peer& peer : config.peers) {
    const auto revocations = config.revocations.find(peer.trust_domain);
    auto channel = NewPeerChannel(
        {peer.endpoint, peer.trust_domain, peer.ca_bundle_pem,
         config.own_certificate.certificate_pem, config.own_certificate.private_key_pem, &clock,
         revocations == config.revocations.end() ? std::vector<RevocationList>()
                                                 : revocations->second});
    channels.push_back(channel.ok() ? *std::move(channel) : nullptr);
    if (channels.back() != nullptr) channels.back()->GetState(true);
  }
  const absl::Time ends = clock.Now() + at_most;
  const auto deadline = absl::ToChronoTime(ends);
  Findings findings;
  for (size_t i = 0; i < channels.size(); ++i) {
    const Peer& peer = config.peers[i];
    const Phrase what("peer $0", {peer.member.value()});
    if (channels[i] != nullptr && channels[i]->WaitForConnected(deadline)) {
      findings.push_back(Sound(what, Phrase("$0 answers as its node", {peer.endpoint})));
      findings.push_back(AskClock(peer, channels[i], ends - clock.Now(), clock));
      continue;
    }
    findings.push_back(
        {Health::kSoon, what,
         Phrase("no node of $0 was reached at $1", {peer.trust_domain, peer.endpoint}),
         "see that it runs, that the way is open, that its certificate names this host, and that "
         "both sides hold each other's CA"});
  }
  return findings;
}

}  // namespace mrg
