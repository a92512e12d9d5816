#include "tests/federation/federation.h"

#include <signal.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gateway/audit/checkpoint.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/testing/test_certificates.h"
#include "gateway/witness/log_keys.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"
#include "gtest/gtest.h"
#include "mrg/audit/v1/audit.grpc.pb.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"
#include "tests/federation/wait_until.h"
#include "tests/federation/wire_call.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;

constexpr char kNodeProgram[] = "gateway/daemon/mrgd";
constexpr char kToolProgram[] = "gateway/cli/mrgctl";
constexpr const char* kMembers[] = {kHub, kDelta, kChuanyu};
constexpr const char* kRegions[] = {kDelta, kChuanyu};
constexpr absl::Duration kStopAtMost = absl::Seconds(20);
// A node that was restarted is found again within this time.
constexpr int kReconnectMsMax = 100;

absl::Status Failed(absl::string_view what, const Ran& ran) {
  return absl::InternalError(
      absl::StrCat(what, " ended with ", ran.code, ": ", ran.err, ran.code == 0 ? "" : ran.out));
}

// A channel that lives as long as the process. When the last one goes, gRPC ends its threads, which
// can take ten seconds, and begins anew with the next. Volatile: what nobody reads would be left
// out, and the channel be a leak.
void KeepGrpcUp() {
  static auto* volatile channel = new std::shared_ptr<grpc::Channel>(
      grpc::CreateChannel("unix:/nowhere", grpc::InsecureChannelCredentials()));
  (void)channel;
}

grpc::ChannelArguments Arguments() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectMsMax / 2);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMsMax);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return arguments;
}

}  // namespace

std::string MemberOf(absl::string_view jurisdiction) {
  if (jurisdiction == "44") return kPearlRiver;
  return absl::StartsWith(jurisdiction, "3") ? kDelta : kChuanyu;
}

std::vector<std::string> JurisdictionsOf(absl::string_view region) {
  if (region == kDelta) return {"31", "32", "33", "34"};
  if (region == kPearlRiver) return {"44"};
  return {"50", "51"};
}

absl::StatusOr<std::unique_ptr<Federation>> Federation::LayOut(FederationOptions options) {
  KeepGrpcUp();
  std::unique_ptr<Federation> federation(new Federation(std::move(options)));
  MRG_RETURN_IF_ERROR(federation->Init());
  return federation;
}

absl::StatusOr<std::unique_ptr<Federation>> Federation::Start(FederationOptions options) {
  MRG_ASSIGN_OR_RETURN(std::unique_ptr<Federation> federation, LayOut(std::move(options)));
  const absl::Status started = federation->StartAndPublish();
  if (started.ok()) return federation;
  std::string logs;
  for (const char* member : kMembers) absl::StrAppend(&logs, "\n", federation->LogOf(member));
  return absl::InternalError(absl::StrCat(started.message(), logs));
}

Federation::~Federation() {
  nodes_.clear();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

absl::Status Federation::Init() {
  // The path of a unix socket has at most 107 bytes, less than a test's own folder may take.
  folder_ = "/tmp/federation.XXXXXX";
  if (mkdtemp(folder_.data()) == nullptr) return absl::InternalError("no temporary folder");
  const std::string root = options_.laid_out_by.empty() ? "" : options_.laid_out_by + "/";
  const Ran ran = RunToEnd({"python3", "-B", root + "deploy/federation.py", "init", folder_,
                            "--mrgctl", root + kToolProgram},
                           folder_);
  if (ran.code != 0) return Failed("deploy/federation.py init", ran);
  ReadLayout({std::begin(kMembers), std::end(kMembers)});
  for (const char* member : kMembers) {
    if (options_.route) MRG_RETURN_IF_ERROR(Reroute(member));
    const auto own = options_.config.find(member);
    WriteConfig(member, own == options_.config.end() ? "" : own->second);
  }
  return absl::OkStatus();
}

void Federation::ReadLayout(const std::vector<std::string>& members) {
  for (absl::string_view line :
       absl::StrSplit(ReadIfThere(folder_ + "/addresses"), '\n', absl::SkipEmpty())) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    addresses_[absl::StrCat(words[0], " ", words[1])] = words[2];
  }
  for (const std::string& member : members) {
    configs_[member] = ReadIfThere(Path(member, "node.textproto"));
  }
}

absl::Status Federation::AddThirdRegion() {
  const Ran ran = RunToEnd(
      {"python3", "-B", "tests/federation/add_region.py", folder_, "--mrgctl", kToolProgram},
      folder_);
  if (ran.code != 0) return Failed("tests/federation/add_region.py", ran);
  ReadLayout({kHub, kDelta, kPearlRiver});
  for (const char* member : {kHub, kDelta, kPearlRiver}) WriteConfig(member, "");
  return absl::OkStatus();
}

absl::Status Federation::Reroute(const std::string& member) {
  for (const char* peer : kMembers) {
    if (peer == member) continue;
    const std::string& address = Address(peer, "federation");
    MRG_ASSIGN_OR_RETURN(const std::string routed, options_.route(*this, member, peer));
    const auto endpoint = [](absl::string_view at) {
      return absl::StrCat("endpoint: \"", at, "\"");
    };
    std::string& config = configs_[member];
    // Pinned, or the hub's list would lead the node past the detour.
    if (absl::StrReplaceAll({{endpoint(address), endpoint(routed) + " pinned: true"}}, &config) !=
        1) {
      return absl::InternalError(absl::StrCat(member, " does not name the endpoint of ", peer));
    }
  }
  return absl::OkStatus();
}

absl::Status Federation::StartAndPublish() {
  if (options_.before_publish) MRG_RETURN_IF_ERROR(options_.before_publish(*this));
  MRG_RETURN_IF_ERROR(StartNode(kHub));
  MRG_RETURN_IF_ERROR(Publish(kHub));
  for (const char* region : kRegions) MRG_RETURN_IF_ERROR(StartNode(region));
  for (const char* region : kRegions) {
    // A region can check what it publishes once it has the hub's dictionary.
    if (!WaitForVersion(region, kHub, "timestamp", 1)) {
      return absl::InternalError(absl::StrCat(region, " does not follow the hub"));
    }
    MRG_RETURN_IF_ERROR(Publish(region));
  }
  for (const char* region : kRegions) {
    MRG_RETURN_IF_ERROR(WaitUntilFollowing(region));
    if (!WaitForVersion(kHub, region, "timestamp", 1)) {
      return absl::InternalError(absl::StrCat("the hub does not follow ", region));
    }
  }
  return absl::OkStatus();
}

absl::Status Federation::WaitUntilFollowing(const std::string& member) const {
  const std::string other = member == kDelta ? kChuanyu : kDelta;
  const bool follows =
      WaitForVersion(member, other, "timestamp", 1) && WaitUntil([&] { return IsReady(member); });
  const bool holds_keys = WaitUntil([&] {
    const std::string log = LogOf(member);
    for (const std::string& jurisdiction : JurisdictionsOf(other)) {
      if (!absl::StrContains(log, absl::StrCat("\"event\":\"epoch_key_fetched\",\"peer\":\"", other,
                                               "\",\"jurisdiction\":\"", jurisdiction, "\""))) {
        return false;
      }
    }
    return true;
  });
  if (follows && holds_keys) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(member, " does not follow ", other));
}

std::string Federation::Path(absl::string_view member, absl::string_view name) const {
  return absl::StrCat(folder_, "/", member, "/", name);
}

const std::string& Federation::Address(absl::string_view member, absl::string_view listener) const {
  return addresses_.at(absl::StrCat(member, " ", listener));
}

std::string Federation::TrustDomain(absl::string_view member) const {
  return absl::StrCat(member, ".mrg.example");
}

absl::Status Federation::StartNode(const std::string& member,
                                   const std::vector<std::string>& flags) {
  const std::string log = Path(member, "node.log");
  std::vector<std::string> command;
  if (const auto run_by = options_.run_by.find(member); run_by != options_.run_by.end()) {
    command = run_by->second;
  }
  const auto program = options_.programs.find(member);
  const bool is_own = program == options_.programs.end() || program->second.empty();
  for (const std::string& word : {is_own ? std::string(kNodeProgram) : program->second,
                                  std::string("--config"), Path(member, "node.textproto")}) {
    command.push_back(word);
  }
  command.insert(command.end(), flags.begin(), flags.end());
  MRG_ASSIGN_OR_RETURN(nodes_[member], ChildProcess::Start(command, log, log));
  ChildProcess& node = *nodes_[member];
  const bool answers =
      WaitUntil([&] { return TrustState(member).ok() || !node.IsRunning(); }, absl::Seconds(20));
  if (answers && node.IsRunning()) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(member, " does not start: ", LogOf(member)));
}

absl::Status Federation::StartReady(const std::string& member,
                                    const std::vector<std::string>& flags) {
  MRG_RETURN_IF_ERROR(StartNode(member, flags));
  if (WaitUntil([&] { return IsReady(member); })) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(member, " does not get ready: ", LogOf(member)));
}

void Federation::KillNode(const std::string& member) {
  ChildProcess& node = *nodes_.at(member);
  node.Signal(SIGKILL);
  node.WaitForEnd(kStopAtMost);
}

int Federation::StopNode(const std::string& member) {
  ChildProcess& node = *nodes_.at(member);
  node.Signal(SIGTERM);
  return node.WaitForEnd(kStopAtMost).value_or(-1);
}

absl::Status Federation::Reconfigure(const std::string& member, const std::string& lines) {
  if (nodes_.at(member)->IsRunning() && StopNode(member) != 0) {
    return absl::InternalError(absl::StrCat(member, " does not stop"));
  }
  WriteConfig(member, lines);
  return StartReady(member);
}

void Federation::WriteConfig(const std::string& member, const std::string& lines) const {
  std::ofstream(Path(member, "node.textproto"))
      << configs_.at(member) << options_.every_config << "\n"
      << lines << "\n";
}

std::string Federation::LogOf(absl::string_view member) const {
  return ReadIfThere(Path(member, "node.log"));
}

std::shared_ptr<grpc::Channel> Federation::Api(absl::string_view member,
                                               absl::string_view identity) const {
  return ChannelOf(member, "api", identity);
}

std::shared_ptr<grpc::Channel> Federation::FederationListener(absl::string_view member,
                                                              absl::string_view identity) const {
  return ChannelOf(member, "federation", identity);
}

std::shared_ptr<grpc::Channel> Federation::ChannelOf(absl::string_view member,
                                                     absl::string_view listener,
                                                     absl::string_view identity) const {
  const size_t slash = identity.find('/');
  const bool foreign = slash != absl::string_view::npos;
  const absl::string_view owner = foreign ? identity.substr(0, slash) : member;
  const absl::string_view name = foreign ? identity.substr(slash + 1) : identity;
  return ChannelAs(member, listener, ReadTestFile(Path(owner, absl::StrCat("tls/", name, ".pem"))),
                   ReadTestFile(Path(owner, absl::StrCat("tls/", name, ".key"))));
}

std::shared_ptr<grpc::Channel> Federation::Admin(absl::string_view member) const {
  return grpc::CreateCustomChannel(absl::StrCat("unix:", Path(member, "run/admin.sock")),
                                   grpc::InsecureChannelCredentials(), Arguments());
}

std::shared_ptr<grpc::Channel> Federation::ChannelAs(absl::string_view member,
                                                     absl::string_view listener,
                                                     const std::string& certificate_pem,
                                                     const std::string& key_pem) const {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = ReadTestFile(Path(member, "tls/ca.pem"));
  tls.pem_cert_chain = certificate_pem;
  tls.pem_private_key = key_pem;
  return grpc::CreateCustomChannel(Address(member, listener), grpc::SslCredentials(tls),
                                   Arguments());
}

Federation::Certificate Federation::MakeCertificate(absl::string_view signed_by,
                                                    absl::string_view member,
                                                    absl::string_view name,
                                                    absl::string_view spiffe_path) const {
  std::string out = absl::StrCat(folder_, "/certificate.XXXXXX");
  EXPECT_NE(mkdtemp(out.data()), nullptr);
  for (const char* file : {"/ca.pem", "/ca.key"}) {
    fs::copy_file(Path(signed_by, absl::StrCat("tls", file)), out + file);
  }
  const Ran ran = RunToEnd({"deploy/make-certificates", out, TrustDomain(member), "leaf",
                            std::string(name), std::string(spiffe_path)},
                           folder_);
  EXPECT_EQ(ran.code, 0) << ran.err;
  return {ReadTestFile(absl::StrCat(out, "/", name, ".pem")),
          ReadTestFile(absl::StrCat(out, "/", name, ".key"))};
}

absl::StatusOr<gateway::v1::GetTrustStateResponse> Federation::TrustState(
    absl::string_view member) const {
  grpc::ClientContext context;
  PrepareCall(&context, absl::Seconds(5));
  context.set_wait_for_ready(false);
  gateway::v1::GetTrustStateResponse response;
  const grpc::Status status =
      gateway::v1::AdminService::NewStub(Admin(member))->GetTrustState(&context, {}, &response);
  if (status.ok()) return response;
  return absl::UnavailableError(status.error_message());
}

int64_t Federation::VersionAt(absl::string_view member, absl::string_view publisher,
                              absl::string_view role) const {
  const auto state = TrustState(member);
  if (!state.ok()) return 0;
  for (const auto& one : state->publishers()) {
    if (one.publisher() != publisher) continue;
    for (const auto& in_force : one.roles()) {
      if (in_force.role() == role) return in_force.version();
    }
  }
  return 0;
}

std::string Federation::LastRefusalAt(absl::string_view member, absl::string_view publisher) const {
  const auto state = TrustState(member);
  if (!state.ok()) return "";
  for (const auto& one : state->publishers()) {
    if (one.publisher() == publisher) return one.last_refusal();
  }
  return "";
}

bool Federation::WaitForVersion(absl::string_view member, absl::string_view publisher,
                                absl::string_view role, int64_t version,
                                absl::Duration at_most) const {
  return WaitUntil([&] { return VersionAt(member, publisher, role) >= version; }, at_most);
}

bool Federation::IsReady(absl::string_view member) const {
  const auto state = TrustState(member);
  return state.ok() && state->ready();
}

Ran Federation::Mrgctl(std::vector<std::string> words) const {
  words.insert(words.begin(), kToolProgram);
  return RunToEnd(words, folder_);
}

absl::Status Federation::Trust(absl::string_view member, std::vector<std::string> words) const {
  words.insert(words.begin(), "trust");
  words.insert(words.end(), {"--repository", Path(member, "repository")});
  const Ran ran = Mrgctl(words);
  return ran.code == 0 ? absl::OkStatus() : Failed(absl::StrCat("mrgctl trust ", words[1]), ran);
}

absl::Status Federation::Stage(absl::string_view member, std::vector<std::string> flags,
                               absl::string_view text) const {
  const std::string path = Path(member, "staged.textproto");
  WriteTestFile(path, text);
  flags.insert(flags.begin(), "stage");
  flags.insert(flags.end(), {"--file", path});
  return Trust(member, flags);
}

absl::Status Federation::Sign(absl::string_view member, absl::string_view role) const {
  return Trust(member, {"sign", "--role", std::string(role), "--key",
                        Path(member, absl::StrCat("keys/offline/", role, ".pem"))});
}

absl::Status Federation::Publish(absl::string_view member) const {
  return Trust(member, {"publish", "--address", "unix:" + Path(member, "run/admin.sock")});
}

std::string Federation::Metrics(absl::string_view member) const {
  return PageOf(member, "/metrics").out;
}

std::string Federation::Probe(absl::string_view member, absl::string_view path) const {
  const Ran ran = PageOf(member, path);
  return absl::StrCat(ran.err, "\n", ran.out);
}

Ran Federation::PageOf(absl::string_view member, absl::string_view path) const {
  return RunToEnd(
      {"curl", "--silent", "--max-time", "10", "--noproxy", "*", "--write-out",
       "%{stderr}%{http_code}", absl::StrCat("http://", Address(member, "metrics"), path)},
      folder_);
}

std::vector<LogKey> Federation::LogKeys(absl::string_view member) const {
  auto keys = ParseLogKeys(ReadTestFile(Path(member, "repository/targets/log-keys")));
  EXPECT_TRUE(keys.ok()) << keys.status();
  return keys.ok() ? *std::move(keys) : std::vector<LogKey>();
}

uint64_t Federation::LogSize(absl::string_view member) const {
  audit::v1::GetCheckpointResponse response;
  const grpc::Status status = Call<audit::v1::AuditService>(
      Api(member, "auditor"), &audit::v1::AuditService::Stub::GetCheckpoint, {}, &response);
  if (!status.ok()) {
    EXPECT_EQ(ReasonIn(status), "RECORD_NOT_FOUND");
    return 0;
  }
  const auto checkpoint = ParseCheckpointBody(response.checkpoint());
  EXPECT_TRUE(checkpoint.ok()) << checkpoint.status();
  return checkpoint.ok() ? checkpoint->size : 0;
}

}  // namespace mrg
