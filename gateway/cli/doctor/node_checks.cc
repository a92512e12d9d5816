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
#include "gateway/crypto/certificate.h"
#include "gateway/federation/clock_difference.h"
#include "gateway/rpc/peers/grpc_peer_connection.h"
#include "gateway/rpc/peers/peer_channel.h"
#include "gateway/rpc/server/listening_socket.h"
#include "gateway/storage/data_folder.h"
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

Finding Sound(std::string what, std::string found) {
  return {Health::kSound, std::move(what), std::move(found), ""};
}

// A certificate is renewed when a third of its time is left (as ACME clients do), and it is late
// when a tenth is.
Health HealthOf(const Certificate& certificate, absl::Time now) {
  const absl::Duration whole = certificate.not_after() - certificate.not_before();
  const absl::Duration left = certificate.not_after() - now;
  if (left < whole / 10) return Health::kFault;
  return left < whole / 3 ? Health::kSoon : Health::kSound;
}

Finding JudgeCertificate(std::string what, const Certificate& certificate, absl::Time now,
                         std::string remedy) {
  const Health health = HealthOf(certificate, now);
  return {health, std::move(what),
          absl::StrCat("holds until ", FormatTufTime(certificate.not_after())),
          health == Health::kSound ? "" : std::move(remedy)};
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
  Finding finding =
      Sound(absl::StrCat("list ", publisher, "/", role.role()),
            absl::StrCat("version ", role.version(), " holds until ", FormatTufTime(ends)));
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
  return {Health::kSoon, absl::StrCat("clock of ", peer.member.value()),
          std::string(answer.status().message()),
          "the peer's rules must let this node call mrg.trustlist.v1.TrustRepositoryService/*"};
}

}  // namespace

Findings CheckCertificates(const NodeConfig& config, absl::Time now) {
  Findings findings;
  // The configuration was checked: the first is the node's own.
  const auto own = ParsePemCertificates(config.own_certificate.certificate_pem);
  if (own.ok()) {
    findings.push_back(
        JudgeCertificate("own certificate", own->front(), now,
                         absl::StrCat("renew it and put it at ", config.tls_files.certificate_path,
                                      "; a running node takes it within a minute")));
  }
  for (const auto& [domain, path] : config.tls_files.ca_bundle_paths) {
    const auto bundle = ParsePemCertificates(config.trust_bundles.PemOf(domain));
    if (!bundle.ok()) continue;
    // The one that lasts longest carries the others' end.
    const Certificate& last = *std::max_element(
        bundle->begin(), bundle->end(),
        [](const Certificate& a, const Certificate& b) { return a.not_after() < b.not_after(); });
    findings.push_back(
        JudgeCertificate(absl::StrCat("CA of ", domain), last, now,
                         absl::StrCat("add its successor to ", path, " before it ends")));
  }
  return findings;
}

Finding JudgeRoom(size_t free, size_t whole) {
  const std::string found = absl::StrCat(free >> 20, " MiB of ", whole >> 20, " MiB are free");
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
    findings.push_back(
        Sound("data folder", absl::StrCat("the first start makes ", config.data_dir)));
    while (folder.has_relative_path() && !fs::exists(folder, error)) folder = folder.parent_path();
  } else {
    const absl::Status status = CheckDataFolder(config.data_dir);
    if (status.ok()) {
      findings.push_back(Sound("data folder", absl::StrCat(config.data_dir, " can be used")));
    } else {
      findings.push_back({Health::kFault, "data folder", std::string(status.message()),
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

Findings CheckPorts(const NodeConfig& config) {
  Findings findings;
  for (const auto& [listener, address] :
       std::vector<std::pair<std::string, std::string>>{{"api", config.api_address},
                                                        {"federation", config.federation_address},
                                                        {"metrics", config.metrics_address},
                                                        {"rest", config.rest_address}}) {
    if (address.empty()) continue;
    const std::string what = absl::StrCat("listener ", listener);
    const absl::Status status = ListeningSocket::Bind(listener, address).status();
    if (status.ok()) {
      findings.push_back(Sound(what, absl::StrCat(address, " is free")));
    } else {
      findings.push_back({Health::kFault, what, std::string(status.message()),
                          "end what listens there, or name another address"});
    }
  }
  return findings;
}

Finding CheckDescriptors() {
  rlimit limit = {};
  getrlimit(RLIMIT_NOFILE, &limit);
  const auto most = static_cast<size_t>(limit.rlim_max);
  const std::string found = absl::StrCat("a process here may open ", most);
  if (most >= kDescriptorsWanted) return Sound("open files", found);
  return {Health::kSoon, "open files", found,
          absl::StrCat("raise it to ", kDescriptorsWanted,
                       " for the node (LimitNOFILE, ulimit -Hn), or it takes fewer connections")};
}

Findings CheckTrust(const NodeConfig& config, const gateway::v1::GetTrustStateResponse& state,
                    absl::Time now) {
  Findings findings;
  for (const std::string& reason : state.not_ready_reasons()) {
    findings.push_back({Health::kFault, "readiness", reason,
                        "OPERATING.md, \"When something is wrong\", has each reason"});
  }
  if (state.ready()) findings.push_back(Sound("readiness", "the node decides"));
  for (const auto& publisher : state.publishers()) {
    const std::string what = absl::StrCat("lists of ", publisher.publisher());
    if (!publisher.last_refusal().empty()) {
      findings.push_back({Health::kFault, what,
                          absl::StrCat("the last refresh was refused: ", publisher.last_refusal()),
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
         absl::StrCat("the hub lists every region: ", absl::StrJoin(missing, ", "),
                      " in its list and not in peers"),
         "add peers { member, endpoint, trust_domain } for each and restart the hub: "
         "without them it follows nobody's lists and keeps nobody's checkpoints"});
  }
  return findings;
}

Finding JudgeClock(const MemberId& peer, absl::Time theirs, absl::Time asked, absl::Time answered) {
  const absl::Duration within = (answered - asked) / 2;
  const absl::Duration ahead = theirs - (asked + within);
  const std::string what = absl::StrCat("clock of ", peer.value());
  const std::string found =
      absl::StrCat(absl::ToInt64Milliseconds(absl::AbsDuration(ahead)), " ms ",
                   ahead < absl::ZeroDuration() ? "behind" : "ahead of", " this machine's");
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
    const std::string what = absl::StrCat("peer ", peer.member.value());
    if (channels[i] != nullptr && channels[i]->WaitForConnected(deadline)) {
      findings.push_back(Sound(what, absl::StrCat(peer.endpoint, " answers as its node")));
      findings.push_back(AskClock(peer, channels[i], ends - clock.Now(), clock));
      continue;
    }
    findings.push_back(
        {Health::kSoon, what,
         absl::StrCat("no node of ", peer.trust_domain, " was reached at ", peer.endpoint),
         "see that it runs, that the way is open, that its certificate names this host, and that "
         "both sides hold each other's CA"});
  }
  return findings;
}

}  // namespace mrg
