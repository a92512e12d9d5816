#include "gateway/cli/bundle_command.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/status_macros.h"
#include "gateway/cli/api_channel.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/trust_state_words.h"
#include "gateway/rpc/peers/calls_under_way.h"
#include "gateway/rpc/peers/grpc_fetcher.h"
#include "gateway/rpc/server/grpc_to_status.h"
#include "gateway/storage/open_store.h"
#include "mrg/gateway/v1/admin.grpc.pb.h"
#include "trustlist/bundle/bundle_archive.h"
#include "trustlist/bundle/bundle_export.h"

namespace mrg {
namespace {

using gateway::v1::AdminService;

// A list of a million issuers takes minutes on a slow disk.
constexpr int kTimeoutSeconds = 900;
// Bytes of files in one message, unless a single file is longer.
constexpr size_t kMessageBytes = size_t{1} << 20;
// Files after which an export says how far it is.
constexpr size_t kFilesShown = 100;

struct BundleFlags {
  std::string file;
  std::vector<std::string> publishers;
  ApiChannelFlags channel;
};

// A folder beside the bundle for what an export verifies; it goes with this.
class WorkFolder {
 public:
  explicit WorkFolder(const std::string& beside) : path_(beside + ".work-XXXXXX") {
    made_ = mkdtemp(path_.data()) != nullptr;
  }
  ~WorkFolder() {
    std::error_code ignored;
    if (made_) std::filesystem::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  bool made() const { return made_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool made_ = false;
};

// Result: what the node has in force, or those named.
absl::StatusOr<std::vector<MemberId>> PublishersToExport(
    const BundleFlags& flags, const std::shared_ptr<grpc::Channel>& channel) {
  std::vector<MemberId> publishers;
  for (const std::string& name : flags.publishers) {
    MRG_ASSIGN_OR_RETURN(MemberId publisher, MemberId::Parse(name));
    publishers.push_back(std::move(publisher));
  }
  if (!publishers.empty()) return publishers;
  grpc::ClientContext context;
  SetDeadline(flags.channel, &context);
  gateway::v1::GetTrustStateResponse state;
  const grpc::Status status = AdminService::NewStub(channel)->GetTrustState(
      &context, gateway::v1::GetTrustStateRequest(), &state);
  if (!status.ok()) return GrpcToStatus(status);
  for (const auto& publisher : state.publishers()) {
    if (publisher.roles().empty()) continue;
    MRG_ASSIGN_OR_RETURN(MemberId member, MemberId::Parse(publisher.publisher()));
    publishers.push_back(std::move(member));
  }
  if (publishers.empty()) return absl::FailedPreconditionError("nothing is in force there");
  return publishers;
}

absl::Status Export(const BundleFlags& flags, Display& out) {
  MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(flags.channel));
  MRG_ASSIGN_OR_RETURN(std::vector<MemberId> publishers, PublishersToExport(flags, channel));
  std::sort(publishers.begin(), publishers.end());
  const RealClock clock;
  const WorkFolder work(flags.file);
  if (!work.made()) {
    return absl::UnavailableError(absl::StrCat("cannot make a folder beside ", flags.file));
  }
  MRG_ASSIGN_OR_RETURN(const std::unique_ptr<BundleWriter> bundle,
                       BundleWriter::Create(flags.file));
  for (const MemberId& publisher : publishers) {
    // A store of its own: what two publishers share is in the bundle for each of them.
    MRG_ASSIGN_OR_RETURN(const std::unique_ptr<OrderedStore> store,
                         OpenStore(absl::StrCat("rocksdb:", work.path(), "/", publisher.value())));
    CallsUnderWay calls;
    GrpcFetcher source(publisher, channel, absl::Seconds(flags.channel.timeout_seconds), &calls,
                       &clock);
    size_t files = 0;
    const absl::Status exported = ExportPublisher(
        publisher, &source, store.get(), clock.Now(),
        [&](const std::string& name, absl::string_view bytes) {
          if (++files % kFilesShown == 0) {
            out.ShowProgress(absl::StrCat(publisher.value(), ": ", files, " files"));
          }
          return bundle->Add(name, bytes);
        });
    if (!exported.ok()) {
      out << publisher.value() << ": cannot be exported\n";
      return exported;
    }
    out << publisher.value() << ": " << files << " files\n";
    ShowJson({{"publisher", publisher.value()}, {"files", files}}, out);
  }
  MRG_RETURN_IF_ERROR(bundle->Finish());
  out << "written " << flags.file << "\n";
  return absl::OkStatus();
}

// Sends the files of a bundle, several in one message.
class BundleSender {
 public:
  // `progress` shows how much is sent. Both must outlive this.
  BundleSender(grpc::ClientWriter<gateway::v1::ImportBundleRequest>* writer, Display* progress)
      : writer_(writer), progress_(progress) {}

  // Errors: Cancelled when the node takes no more; why is in its status.
  absl::Status Add(const std::string& name, std::string bytes) {
    waiting_bytes_ += bytes.size();
    gateway::v1::BundledFile* const file = message_.add_files();
    file->set_name(name);
    file->set_content(std::move(bytes));
    return waiting_bytes_ < kMessageBytes ? absl::OkStatus() : Send();
  }

  // To be called once the bundle was read to its end and found whole.
  absl::Status Complete() {
    message_.set_complete(true);
    return Send();
  }

 private:
  absl::Status Send() {
    if (!writer_->Write(message_)) return absl::CancelledError("the node takes no more");
    message_.Clear();
    sent_bytes_ += waiting_bytes_;
    waiting_bytes_ = 0;
    progress_->ShowProgress(absl::StrCat("sent ", sent_bytes_ >> 20, " MiB"));
    return absl::OkStatus();
  }

  grpc::ClientWriter<gateway::v1::ImportBundleRequest>* const writer_;
  Display* const progress_;
  gateway::v1::ImportBundleRequest message_;
  size_t waiting_bytes_ = 0;
  size_t sent_bytes_ = 0;
};

// Result: the number of publishers that were refused.
int PrintOutcomes(const gateway::v1::ImportBundleResponse& response, Display& out) {
  int refused = 0;
  for (const auto& publisher : response.publishers()) {
    out << publisher.publisher() << ": ";
    if (publisher.own()) {
      out << "left alone, this node publishes it itself\n";
    } else if (!publisher.refusal().empty()) {
      ++refused;
      out << "REFUSED, " << publisher.detail() << "\n";
    } else {
      out << OwnWords(publisher.changed() ? "now in force" : "was in force already") << "\n";
      PrintRoles(publisher.roles(), out);
    }
  }
  return refused;
}

absl::Status Import(const BundleFlags& flags, Display& out) {
  MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(flags.channel));
  grpc::ClientContext context;
  SetDeadline(flags.channel, &context);
  gateway::v1::ImportBundleResponse response;
  const auto writer = AdminService::NewStub(channel)->ImportBundle(&context, &response);
  BundleSender sender(writer.get(), &out);
  absl::Status sent = ReadBundle(flags.file, [&sender](const std::string& name, std::string bytes) {
    return sender.Add(name, std::move(bytes));
  });
  if (sent.ok()) sent = sender.Complete();
  // The node looks at nothing of a bundle that does not read to its end.
  if (!sent.ok() && !absl::IsCancelled(sent)) {
    context.TryCancel();
    writer->Finish();
    return sent;
  }
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  if (!status.ok()) return GrpcToStatus(status);
  const int refused = PrintOutcomes(response, out);
  ShowJson(response, out);
  if (refused == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(refused, " of ", response.publishers_size(), " publishers refused"));
}

}  // namespace

int RunBundleCommand(std::span<const std::string> args, Display& out, Display& err) {
  CLI::App app("trust lists carried as one file to a network without a link", "mrgctl bundle");
  app.require_subcommand(1);
  BundleFlags flags;
  flags.channel.timeout_seconds = kTimeoutSeconds;
  CLI::App* const exporting = app.add_subcommand("export", "writes what a node has in force");
  exporting->add_option("--publisher", flags.publishers,
                        "member whose lists go along; several times; all when left out");
  CLI::App* const importing =
      app.add_subcommand("import", "has a node verify a bundle and put it in force");
  exporting->add_option("--out", flags.file, "file to write")->required();
  importing->add_option("--file", flags.file, "bundle to import")->required();
  for (CLI::App* command : {exporting, importing}) flags.channel.AddTo(*command);
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  return Report(exporting->parsed() ? Export(flags, out) : Import(flags, out), err);
}

}  // namespace mrg
