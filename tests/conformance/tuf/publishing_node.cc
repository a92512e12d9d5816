// The node's side of publications, for tests that look at what it writes: takes them on a unix
// socket as mrgd does, and lays what is then in force into a folder, as a static mirror has it.
//
// usage: publishing_node MEMBER KEYS SOCKET FOLDER; ends when its standard input does.

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/status_macros.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/private_key_file.h"
#include "gateway/rpc/server/status_to_grpc.h"
#include "gateway/storage/testing/memory_store.h"
#include "grpcpp/server_builder.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"
#include "trustlist/format/repository_names.h"
#include "trustlist/repository/repository_publisher.h"
#include "trustlist/repository/repository_reader.h"
#include "trustlist/store/durable_file.h"
#include "trustlist/testing/storing_intake.h"

namespace mrg {
namespace {

// REQUIRES: a key of `mrgctl keys init`.
std::unique_ptr<Signer> OnlineSigner(const std::string& keys, const std::string& role) {
  const std::string path = absl::StrCat(keys, "/online/", role, ".pem");
  return *NewEvpSigner(Scheme::kEd25519, *ReadPrivateKeyFile(role, path));
}

class PublishingNode : public gateway::v1::AdminService::Service {
 public:
  PublishingNode(MemberId member, const std::string& keys, std::string folder)
      : member_(member),
        folder_(std::move(folder)),
        timestamp_(OnlineSigner(keys, "timestamp")),
        snapshot_(OnlineSigner(keys, "snapshot")),
        status_(OnlineSigner(keys, "status")),
        publisher_({member, "status", {"31/status/licences"}},
                   {timestamp_.get(), snapshot_.get(), status_.get()}, &store_, &intake_) {}

  grpc::Status UploadContent(grpc::ServerContext*,
                             grpc::ServerReader<gateway::v1::UploadContentRequest>* reader,
                             gateway::v1::UploadContentResponse*) override {
    gateway::v1::UploadContentRequest part;
    while (reader->Read(&part)) {
      const absl::Status kept =
          publisher_.KeepContent({part.content().begin(), part.content().end()});
      if (!kept.ok()) return StatusToGrpc(kept);
    }
    return grpc::Status::OK;
  }

  grpc::Status Publish(grpc::ServerContext*, const gateway::v1::PublishRequest* request,
                       gateway::v1::PublishResponse* response) override {
    Publication publication;
    for (const auto& file : request->metadata()) {
      publication.metadata.emplace_back(file.name(), file.content());
    }
    for (const auto& target : request->targets()) {
      publication.targets.emplace_back(target.path(), target.content());
    }
    publication.tree_nodes.assign(request->tree_nodes().begin(), request->tree_nodes().end());
    const absl::Time now = RealClock().Now();
    const auto set = publisher_.Publish(publication, now);
    if (!set.ok()) return StatusToGrpc(set.status());
    *response->mutable_in_force_at() = ToTimestamp(now);
    return StatusToGrpc(LayOut(*set));
  }

 private:
  absl::Status LayOut(const InForceSet& set) const {
    const RepositoryReader reader(&store_);
    for (const RoleVersion& role : set.roles) {
      MRG_ASSIGN_OR_RETURN(const std::string bytes,
                           reader.ReadMetadata(member_, role.role, role.version));
      // A mirror has one timestamp, which a client asks for without a version.
      const std::string name = role.role == kTimestampRole
                                   ? "timestamp.json"
                                   : MetadataFileName(role.role, role.version);
      MRG_RETURN_IF_ERROR(Write("metadata/" + name, bytes));
    }
    for (const InForceTarget& target : set.targets) {
      MRG_ASSIGN_OR_RETURN(const std::string bytes,
                           reader.ReadTarget(member_, target.path, target.sha256));
      MRG_RETURN_IF_ERROR(Write("targets/" + TargetFileName(target.path, target.sha256), bytes));
    }
    return absl::OkStatus();
  }

  absl::Status Write(const std::string& name, const std::string& bytes) const {
    const std::string path = absl::StrCat(folder_, "/", name);
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    return WriteDurably(path, bytes);
  }

  const MemberId member_;
  const std::string folder_;
  mutable MemoryStore store_;
  StoringIntake intake_{&store_};
  const std::unique_ptr<Signer> timestamp_;
  const std::unique_ptr<Signer> snapshot_;
  const std::unique_ptr<Signer> status_;
  RepositoryPublisher publisher_;
};

int Run(const std::string& member, const std::string& keys, const std::string& socket,
        const std::string& folder) {
  PublishingNode node(*MemberId::Parse(member), keys, folder);
  grpc::ServerBuilder builder;
  builder.AddListeningPort("unix:" + socket, grpc::InsecureServerCredentials());
  builder.RegisterService(&node);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::cout << "ready" << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) {
  }
  return 0;
}

}  // namespace
}  // namespace mrg

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  return mrg::Run(argv[1], argv[2], argv[3], argv[4]);
}
