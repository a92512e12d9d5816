#include "gateway/ceremony/history.h"

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "gateway/base/identifiers.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/ceremony/repository_folder.h"
#include "gateway/cli/api_channel.h"
#include "gateway/cli/display.h"
#include "gateway/cli/history_words.h"
#include "gateway/cli/trust/subcommand.h"
#include "gateway/crypto/signer_file.h"
#include "gateway/rpc/peers/calls_under_way.h"
#include "gateway/rpc/peers/grpc_fetcher.h"

namespace mrg {
namespace {

constexpr size_t kVersionsShown = 10;
constexpr size_t kVersionsShownMax = 500;

// Result: the keys whose files lie in a folder of `mrgctl keys init`, by their places in it.
absl::StatusOr<KeyNames> NamesIn(const std::string& keys) {
  KeyNames names;
  for (const char* part : {"online", "offline", "ended"}) {
    const std::filesystem::path folder = std::filesystem::path(keys) / part;
    std::error_code error;
    // On one machine lie the keys of the node, on another those of people.
    if (!std::filesystem::exists(folder, error)) continue;
    for (std::filesystem::directory_iterator file(folder, error), end; !error && file != end;
         file.increment(error)) {
      if (file->path().extension() != ".pem") continue;
      MRG_ASSIGN_OR_RETURN(const auto signer, SignerFromFile(file->path().string()));
      names[signer->public_key().spki_sha256()] =
          (std::filesystem::path(part) / file->path().stem()).string();
    }
    if (error) {
      return MakeError(Reason::kKeyFileInvalid,
                       "--keys: cannot read the folder: " + error.message());
    }
  }
  return names;
}

class TrustHistory : public TrustSubcommand {
 public:
  CLI::App* AddTo(CLI::App* trust) override {
    CLI::App* command = trust->add_subcommand(
        "history", "says who signed which version of a member's lists, and what it changed");
    channel_.timeout_seconds = kNodeTimeoutSeconds;
    channel_.AddTo(*command);
    command->add_option("--publisher", publisher_, "member id")->required();
    command->add_option("--role", options_.role, "only root, targets or j-NN");
    command->add_option("--versions", options_.versions_max, "of each role, the newest; default 10")
        ->check(CLI::Range(size_t{1}, kVersionsShownMax));
    command->add_option("--repository", repository_,
                        "folder from which they were published: it knows when");
    command->add_option("--keys", keys_, "folder of `mrgctl keys init`: it names keys");
    return command;
  }

  absl::Status Run(absl::Time, Display& out) override {
    MRG_ASSIGN_OR_RETURN(MemberId publisher, MemberId::Parse(publisher_));
    KeyNames names;
    if (!keys_.empty()) {
      MRG_ASSIGN_OR_RETURN(names, NamesIn(keys_));
    }
    InForceTimes times;
    if (!repository_.empty()) {
      MRG_ASSIGN_OR_RETURN(times, RepositoryFolder(repository_).ReadInForceTimes());
    }
    MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(channel_));
    const RealClock clock;
    CallsUnderWay calls;
    GrpcFetcher node(std::move(publisher), channel, absl::Seconds(channel_.timeout_seconds), &calls,
                     &clock);
    MRG_ASSIGN_OR_RETURN(const std::vector<PublishedVersion> history, ReadHistory(options_, &node));
    PrintHistory(history, names, times, out);
    return absl::OkStatus();
  }

 private:
  ApiChannelFlags channel_;
  std::string publisher_;
  HistoryOptions options_ = {"", kVersionsShown};
  std::string repository_;
  std::string keys_;
};

}  // namespace

std::unique_ptr<TrustSubcommand> NewTrustHistory() { return std::make_unique<TrustHistory>(); }

}  // namespace mrg
