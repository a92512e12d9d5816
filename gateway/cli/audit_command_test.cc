#include "gateway/cli/audit_command.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/audit/decision_log.h"
#include "gateway/audit/log_leaf.h"
#include "gateway/base/canonical_proto.h"
#include "gateway/base/proto_time.h"
#include "gateway/cli/command.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/storage/open_store.h"
#include "gmock/gmock.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "mrg/audit/v1/audit.grpc.pb.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kOrigin[] = "yangtze-delta/log-1";
constexpr uint64_t kSize = 300;

std::string LeafOf(uint64_t number) {
  audit::v1::DecisionRecord record;
  record.set_schema(kDecisionLeafSchema);
  record.set_log_origin(kOrigin);
  record.set_decided_at_us(static_cast<int64_t>(number) + 1);
  return DecisionLeaf(record);
}

// Serves a log as a node does, or as the test wants it otherwise.
class LogServer : public audit::v1::AuditService::Service {
 public:
  grpc::Status GetCheckpoint(grpc::ServerContext*, const audit::v1::GetCheckpointRequest*,
                             audit::v1::GetCheckpointResponse* response) override {
    response->set_checkpoint(checkpoint);
    return grpc::Status::OK;
  }
  grpc::Status ListRecords(grpc::ServerContext*, const audit::v1::ListRecordsRequest* request,
                           audit::v1::ListRecordsResponse* response) override {
    size_t index = request->page_token().empty() ? 0 : std::stoul(request->page_token());
    response->set_first_index(index + skipped);
    for (; index < leaves.size() && response->leaves_size() < 128; ++index) {
      response->add_leaves(leaves[index]);
    }
    if (index < leaves.size() || endless) response->set_next_page_token(absl::StrCat(index));
    return grpc::Status::OK;
  }

  std::string checkpoint;
  std::vector<std::string> leaves;
  uint64_t skipped = 0;
  bool endless = false;
};

class AuditCommand : public ::testing::Test {
 protected:
  AuditCommand() {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    std::ofstream(KeyPath()) << PublicKeyToPem(signer_->public_key());
    trustlist::v1::LogKeys listed;
    for (const auto* signer : {other_.get(), signer_.get()}) {
      trustlist::v1::LogKey* key = listed.add_keys();
      key->set_origin(kOrigin);
      key->set_public_key(signer->public_key().spki_der());
      *key->mutable_from() = ToTimestamp(absl::FromUnixSeconds(1772000000 + listed.keys_size()));
    }
    std::ofstream(ListPath()) << CanonicalBytes(listed);
    const auto store = *OpenStore("rocksdb:" + DataPath());
    auto log = *DecisionLog::Open(store.get(), signer_.get(), kOrigin);
    for (uint64_t i = 0; i < kSize; i += 100) {
      std::vector<DecisionLog::Submission> group(100);
      for (uint64_t k = 0; k < 100; ++k) {
        server_.leaves.push_back(LeafOf(i + k));
        group[k].leaf = std::make_shared<const std::string>(server_.leaves.back());
        group[k].absent_key = absl::StrCat(i + k);
      }
      EXPECT_EQ(log->AppendGroup(group)[0].result, DecisionLog::Appended::kAppended);
    }
    server_.checkpoint = log->LatestCheckpoint();
  }

  std::string KeyPath() const { return folder_ + "/log.pem"; }
  std::string ListPath() const { return folder_ + "/log-keys"; }
  std::string DataPath() const { return folder_ + "/data"; }

  int Run(std::vector<std::string> args) {
    out_.str("");
    err_.str("");
    Display out(&out_);
    Display err(&err_);
    return RunAuditCommand(args, out, err);
  }
  int RunOnFolder(const std::string& folder) {
    return Run({"check", "--data-dir", folder, "--log-keys", ListPath()});
  }
  int RunOnNode() {
    // The path of a socket has at most 107 bytes; the folder of the tests is deeper.
    std::string socket_folder = "/tmp/mrg-audit-XXXXXX";
    EXPECT_NE(mkdtemp(socket_folder.data()), nullptr);
    const std::string address = absl::StrCat("unix:", socket_folder, "/node.sock");
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, grpc::InsecureServerCredentials());
    builder.RegisterService(&server_);
    const auto server = builder.BuildAndStart();
    const int code =
        Run({"check", "--address", address, "--log-key", KeyPath(), "--origin", kOrigin});
    server->Shutdown();
    std::filesystem::remove_all(socket_folder);
    return code;
  }
  void Write(Keyspace keyspace, const std::function<std::string(std::string)>& change) {
    const auto store = *OpenStore("rocksdb:" + DataPath());
    const std::vector<Row> rows = *store->Scan(keyspace, "", std::string(64, '\xff'), 8);
    WriteSet writes;
    writes.Put(keyspace, rows.back().key, change(rows.back().value));
    ASSERT_TRUE(store->Commit(writes).committed());
  }

  const std::string folder_ = absl::StrCat(
      ::testing::TempDir(), "/", ::testing::UnitTest::GetInstance()->current_test_info()->name());
  const std::unique_ptr<Signer> signer_ =
      *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
  const std::unique_ptr<Signer> other_ =
      *NewEvpSigner(Scheme::kEd25519, *GeneratePrivateKeyPem(Scheme::kEd25519));
  LogServer server_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(AuditCommand, SoundLogIsSaidToBeSoundByFolderAndByNode) {
  EXPECT_EQ(RunOnFolder(DataPath()), kExitOk) << err_.str();
  EXPECT_THAT(out_.str(), HasSubstr(absl::StrCat(": ", kOrigin, "\n")));
  EXPECT_THAT(out_.str(), HasSubstr(": 300\n"));
  EXPECT_THAT(out_.str(), HasSubstr(": sound\n"));
  const std::string of_folder = out_.str();

  EXPECT_EQ(RunOnNode(), kExitOk) << err_.str();
  EXPECT_EQ(out_.str(), of_folder);
}

TEST_F(AuditCommand, FirstFaultOfAFolderIsNamed) {
  Write(Keyspace::kLogLeaf, [](std::string leaf) { return leaf + "x"; });

  EXPECT_EQ(RunOnFolder(DataPath()), kExitFailed);
  EXPECT_THAT(out_.str(), HasSubstr("not sound"));
  EXPECT_THAT(out_.str(), HasSubstr("首个问题: Leaf 7: STORE_CORRUPT"));
}

TEST_F(AuditCommand, ChangedTileIsAFault) {
  Write(Keyspace::kLogTile, [](std::string tile) {
    tile[0] = static_cast<char>(tile[0] ^ 1);
    return tile;
  });

  EXPECT_EQ(RunOnFolder(DataPath()), kExitFailed);
  EXPECT_THAT(out_.str(), HasSubstr("首个问题: Tile 1/0 differs from its leaves at node 0."));
}

TEST_F(AuditCommand, NodeThatServesOtherLeavesThanItSignedIsFound) {
  const std::vector<std::string> good = server_.leaves;
  server_.leaves.pop_back();
  EXPECT_EQ(RunOnNode(), kExitFailed);
  EXPECT_THAT(out_.str(), HasSubstr("首个问题: Leaf 299 is missing."));
  server_.endless = true;
  EXPECT_EQ(RunOnNode(), kExitFailed);
  EXPECT_THAT(out_.str(), HasSubstr("首个问题: Leaf 299 is missing."));

  server_.leaves = good;
  server_.leaves[17] = LeafOf(9999);
  EXPECT_EQ(RunOnNode(), kExitFailed);
  EXPECT_THAT(out_.str(), HasSubstr("首个问题: The root computed from the leaves"));

  server_.leaves = good;
  server_.skipped = 1;
  EXPECT_EQ(RunOnNode(), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("expected them from 0"));
  EXPECT_THAT(out_.str(), Not(HasSubstr("sound")));

  server_.skipped = 0;
  server_.checkpoint.back() = 'x';
  EXPECT_EQ(RunOnNode(), kExitFailed);
  EXPECT_THAT(out_.str(), Not(HasSubstr("sound")));
}

TEST_F(AuditCommand, FolderThatIsNoNodesIsRefusedAndNotMade) {
  EXPECT_EQ(RunOnFolder(folder_ + "/absent"), kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("CONFIG_INVALID"));
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/absent"));
}

TEST_F(AuditCommand, OneSourceAndOneKindOfKeyAreRequired) {
  EXPECT_EQ(Run({"check", "--log-keys", ListPath()}), kExitUsage);
  EXPECT_EQ(Run({"check", "--data-dir", DataPath()}), kExitUsage);
  EXPECT_EQ(
      Run({"check", "--data-dir", DataPath(), "--log-keys", ListPath(), "--log-key", KeyPath()}),
      kExitUsage);
  EXPECT_EQ(Run({"check", "--data-dir", DataPath(), "--log-keys", ListPath(), "--origin",
                 "yangtze-delta/log-2"}),
            kExitFailed);
  EXPECT_THAT(err_.str(), HasSubstr("--origin"));
}

TEST_F(AuditCommand, ForAProgramTheAnswerIsJson) {
  EXPECT_EQ(Run({"check", "--data-dir", DataPath(), "--log-keys", ListPath(), "--output", "json"}),
            kExitOk);
  EXPECT_THAT(out_.str(), AllOf(StartsWith(absl::StrCat("{\"log\":\"", kOrigin, "\",\"size\":")),
                                EndsWith("\"sound\":true,\"findings\":[]}\n")));
}

}  // namespace
}  // namespace mrg
