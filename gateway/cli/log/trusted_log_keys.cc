#include "gateway/cli/log/trusted_log_keys.h"

#include <memory>
#include <optional>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/log/state_folder.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/rpc/peers/calls_under_way.h"
#include "gateway/rpc/peers/grpc_fetcher.h"
#include "trustlist/bundle/bundle_archive.h"
#include "trustlist/bundle/bundle_files.h"
#include "trustlist/client/first_trust.h"
#include "trustlist/client/folder_client.h"
#include "trustlist/format/metadata_limits.h"
#include "trustlist/store/durable_file.h"

namespace mrg {
namespace {

// The root that trust began with, as it was given; those that followed it stand in metadata.
constexpr char kFirstRootFile[] = "/first-root.json";

absl::Status About(absl::string_view what, const absl::Status& status) {
  const std::optional<Reason> reason = ReasonOf(status);
  absl::string_view text = status.message();
  if (!reason.has_value()) return absl::Status(status.code(), absl::StrCat(what, ": ", text));
  // MakeError puts the token in front again.
  absl::ConsumePrefix(&text, absl::StrCat(TokenOf(*reason), ": "));
  return MakeError(*reason, absl::StrCat(what, ": ", text));
}

absl::Status Begin(const std::string& folder, const std::string& first_root,
                   const MemberId& publisher) {
  const std::string metadata = folder + "/metadata";
  MRG_ASSIGN_OR_RETURN(const std::optional<std::string> trusted,
                       ReadFileIfThere(metadata + "/root.json"));
  if (first_root.empty()) {
    if (trusted.has_value()) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("no root of ", publisher.value(),
                     " is trusted here yet: expected --root FILE, a root of the member that came "
                     "by a trusted way"));
  }
  MRG_ASSIGN_OR_RETURN(const std::string given, ReadWholeFile(first_root));
  if (!trusted.has_value()) {
    // Before the trusted one: a first root alone is replaced by the next attempt.
    MRG_RETURN_IF_ERROR(WriteDurably(folder + kFirstRootFile, given));
    return InitFolder(metadata, given);
  }
  MRG_ASSIGN_OR_RETURN(const std::optional<std::string> before,
                       ReadFileIfThere(folder + kFirstRootFile));
  MRG_ASSIGN_OR_RETURN(const std::string digest, RootDigest(given));
  const absl::StatusOr<std::string> began = RootDigest(before.value_or(""));
  if (began.ok() && *began == digest) return absl::OkStatus();
  return MakeError(Reason::kMemberRootUnconfirmed,
                   absl::StrCat("--root is ", SpokenDigest(digest), ", and trust in ",
                                publisher.value(), " began here with ",
                                began.ok() ? SpokenDigest(*began) : "one that cannot be read",
                                ": leave --root out, or begin anew in another --state"));
}

}  // namespace

void TrustSourceFlags::AddTo(CLI::App& app) {
  app.add_option("--root", root, "root of the publisher that is trusted; once, the first time");
  CLI::Option* const node = app.add_option(
      "--trust-address", address,
      "node that hands out the publisher's lists: a federation listener, or unix:/path");
  app.add_option("--trust-ca", ca, "CA of that node's trust domain, PEM; default --ca")
      ->needs(node);
  app.add_option("--bundle", bundle, "or the lists as a file of `mrgctl bundle export`")
      ->excludes(node);
}

absl::StatusOr<std::vector<LogKey>> FetchLogKeys(const TrustSourceFlags& flags,
                                                 const ApiChannelFlags& caller,
                                                 const MemberId& publisher,
                                                 const std::string& state, absl::Time now) {
  absl::StatusOr<std::vector<LogKey>> keys;
  if (!flags.bundle.empty()) {
    MRG_ASSIGN_OR_RETURN(const std::unique_ptr<BundleFiles> files, BundleFiles::Create(state));
    const absl::Status read =
        ReadBundle(flags.bundle, [&files](const std::string& name, const std::string& bytes) {
          return files->Add(name, bytes);
        });
    if (!read.ok()) return About("--bundle", read);
    BundleFetcher fetcher(publisher, files.get());
    keys = TrustedLogKeys(flags.root, publisher, state, &fetcher, now);
  } else {
    ApiChannelFlags node = caller;
    node.address = flags.address;
    if (!flags.ca.empty()) node.ca = flags.ca;
    MRG_ASSIGN_OR_RETURN(const auto channel, OpenApiChannel(node));
    const RealClock clock;
    CallsUnderWay calls;
    GrpcFetcher fetcher(publisher, channel, absl::Seconds(node.timeout_seconds), &calls, &clock);
    keys = TrustedLogKeys(flags.root, publisher, state, &fetcher, now);
  }
  if (keys.ok()) return keys;
  return About(absl::StrCat("lists of ", publisher.value(), " from ",
                            flags.bundle.empty() ? flags.address : flags.bundle),
               keys.status());
}

absl::StatusOr<std::vector<LogKey>> TrustedLogKeys(const std::string& first_root,
                                                   const MemberId& publisher,
                                                   const std::string& state, Fetcher* fetcher,
                                                   absl::Time now) {
  const std::string folder = absl::StrCat(state, "/trust/", publisher.value());
  for (const char* below : {"", "/metadata", "/targets"}) {
    MRG_RETURN_IF_ERROR(MakePrivateFolder(folder + below));
  }
  MRG_RETURN_IF_ERROR(Begin(folder, first_root, publisher));
  std::string file;
  MRG_RETURN_IF_ERROR(DownloadTargets(
      folder + "/metadata", fetcher, {kLogKeysPath}, folder + "/targets", MetadataLimits(), now,
      [&file](const std::string& downloaded) { file = downloaded; }));
  MRG_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(file));
  return ParseLogKeysOf(publisher, bytes);
}

}  // namespace mrg
