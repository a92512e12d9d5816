#ifndef MRG_TESTS_FEDERATION_FEDERATION_H_
#define MRG_TESTS_FEDERATION_FEDERATION_H_

// A whole federation of real processes on loopback: the hub and two regions, laid out by
// deploy/federation.py, each an mrgd of its own. Gives what a test does to it from outside:
// processes, channels under each identity, signing ceremonies by mrgctl, metrics, logs.
//
// Threads: the test's main thread starts, stops and changes; channels may be used by any thread.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/receipt/receipt_check.h"
#include "grpcpp/channel.h"
#include "mrg/gateway/v1/admin.pb.h"
#include "tests/federation/child_process.h"

namespace mrg {

inline constexpr char kHub[] = "hub";
inline constexpr char kDelta[] = "yangtze-delta";        // 31, 32, 33, 34
inline constexpr char kChuanyu[] = "sichuan-chongqing";  // 50, 51
// Not there from the start: Federation::AddThirdRegion.
inline constexpr char kPearlRiver[] = "pearl-river";  // 44

// Result: the member that answers for a jurisdiction of the regions, and the other way round.
std::string MemberOf(absl::string_view jurisdiction);
std::vector<std::string> JurisdictionsOf(absl::string_view region);

struct FederationOptions {
  // Lines added to the configuration of each node, and of single ones by member.
  std::string every_config = {};
  std::map<std::string, std::string> config = {};
  // Programs of single members' nodes in place of this tree's mrgd.
  std::map<std::string, std::string> programs = {};
  // The root of the tree whose tools lay out the folder; empty: this one.
  std::string laid_out_by = {};
  // Words before the program of a member's node: an `env` or the like that runs it.
  std::map<std::string, std::vector<std::string>> run_by = {};
  // Result: the address at which the node of `from` finds the one of `to`, which is to listen at
  // its own. Called when all is laid out and nothing runs. Null: that address.
  std::function<absl::StatusOr<std::string>(const class Federation&, const std::string& from,
                                            const std::string& to)>
      route = nullptr;
  // Changes the repositories before anything is published: the test's own issuers, say.
  std::function<absl::Status(class Federation&)> before_publish = nullptr;
};

class Federation {
 public:
  // Lays out keys, certificates, repositories and configurations. No process runs yet.
  // Errors: what the layout's tools said.
  static absl::StatusOr<std::unique_ptr<Federation>> LayOut(FederationOptions options = {});
  // LayOut; starts all nodes, publishes hub first, and waits until each region has both regions'
  // and the hub's lists in force, holds the others' licence-tag keys and is ready.
  static absl::StatusOr<std::unique_ptr<Federation>> Start(FederationOptions options = {});
  ~Federation();

  // Lays out the third region beside the running ones, by tests/federation/add_region.py: what the
  // hub and the Delta publish about it is signed, and they have configurations that know it.
  // Nothing is published, and no node is started or restarted. Errors: what the tool said.
  absl::Status AddThirdRegion();

  // Result: the path of `name` in the member's folder.
  std::string Path(absl::string_view member, absl::string_view name) const;
  const std::string& folder() const { return folder_; }
  // Result: host:port; `listener` is api, federation or metrics.
  const std::string& Address(absl::string_view member, absl::string_view listener) const;
  std::string TrustDomain(absl::string_view member) const;

  // Processes. StartNode waits until the admin socket answers, StartReady until the node decides.
  // `flags` are added to its command line.
  absl::Status StartNode(const std::string& member, const std::vector<std::string>& flags = {});
  absl::Status StartReady(const std::string& member, const std::vector<std::string>& flags = {});
  // From its next start the member's node is `program`; "": this tree's mrgd.
  void RunWith(const std::string& member, const std::string& program) {
    options_.programs[member] = program;
  }
  void KillNode(const std::string& member);  // SIGKILL
  // SIGTERM. Result: the exit code; -1 when it did not end in time.
  int StopNode(const std::string& member);
  // StopNode, if it runs, and StartReady with `lines` instead of those added to its configuration
  // before.
  absl::Status Reconfigure(const std::string& member, const std::string& lines);
  pid_t PidOf(const std::string& member) const { return nodes_.at(member)->pid(); }
  // Result: what the node wrote to stderr since the federation began.
  std::string LogOf(absl::string_view member) const;

  // Channels. An identity is the name of a certificate in the member's folder tls, or
  // "<member>/<name>" for one of another member.
  std::shared_ptr<grpc::Channel> Api(absl::string_view member, absl::string_view identity) const;
  std::shared_ptr<grpc::Channel> FederationListener(absl::string_view member,
                                                    absl::string_view identity) const;
  std::shared_ptr<grpc::Channel> Admin(absl::string_view member) const;
  // The same for any certificate; `listener` is api or federation.
  std::shared_ptr<grpc::Channel> ChannelAs(absl::string_view member, absl::string_view listener,
                                           const std::string& certificate_pem,
                                           const std::string& key_pem) const;

  struct Certificate {
    std::string pem;
    std::string key_pem;
  };
  // Makes a certificate whose common name is `name`, signed by the CA of `signed_by`, with the
  // SPIFFE id spiffe://<trust domain of `member`><spiffe_path>.
  Certificate MakeCertificate(absl::string_view signed_by, absl::string_view member,
                              absl::string_view name, absl::string_view spiffe_path) const;

  // Trust. Versions are of what is in force at `member`; 0 when nothing is.
  absl::StatusOr<gateway::v1::GetTrustStateResponse> TrustState(absl::string_view member) const;
  int64_t VersionAt(absl::string_view member, absl::string_view publisher,
                    absl::string_view role) const;
  std::string LastRefusalAt(absl::string_view member, absl::string_view publisher) const;
  // Result: true when the version is in force there within the time.
  bool WaitForVersion(absl::string_view member, absl::string_view publisher, absl::string_view role,
                      int64_t version, absl::Duration at_most = absl::Seconds(30)) const;
  bool IsReady(absl::string_view member) const;

  // Ceremonies, by mrgctl on the member's repository. Errors: what it wrote to stderr.
  Ran Mrgctl(std::vector<std::string> words) const;
  absl::Status Trust(absl::string_view member, std::vector<std::string> words) const;
  // Stages `text` as a textproto file with the given flag, e.g. {"--issuers", "33"}.
  absl::Status Stage(absl::string_view member, std::vector<std::string> flags,
                     absl::string_view text) const;
  absl::Status Sign(absl::string_view member, absl::string_view role) const;
  absl::Status Publish(absl::string_view member) const;

  // Result: the page of metrics; empty when there is none.
  std::string Metrics(absl::string_view member) const;
  // Result: what the metrics listener answers at `path`: the status code, a line break, the page.
  std::string Probe(absl::string_view member, absl::string_view path) const;
  // Result: the keys of the member's decision log, as it publishes them.
  std::vector<LogKey> LogKeys(absl::string_view member) const;
  // Result: the newest checkpoint's size, asked over the wire; 0 for an empty log.
  uint64_t LogSize(absl::string_view member) const;

 private:
  explicit Federation(FederationOptions options) : options_(std::move(options)) {}

  absl::Status Init();
  void ReadLayout(const std::vector<std::string>& members);
  absl::Status Reroute(const std::string& member);
  absl::Status StartAndPublish();
  std::shared_ptr<grpc::Channel> ChannelOf(absl::string_view member, absl::string_view listener,
                                           absl::string_view identity) const;
  Ran PageOf(absl::string_view member, absl::string_view path) const;
  absl::Status WaitUntilFollowing(const std::string& member) const;
  void WriteConfig(const std::string& member, const std::string& lines) const;

  FederationOptions options_;
  std::string folder_;
  std::map<std::string, std::string> addresses_;  // "<member> <listener>"
  std::map<std::string, std::string> configs_;    // as laid out
  std::map<std::string, std::unique_ptr<ChildProcess>> nodes_;
};

}  // namespace mrg

#endif  // MRG_TESTS_FEDERATION_FEDERATION_H_
