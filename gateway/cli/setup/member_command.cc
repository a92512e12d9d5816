#include "gateway/cli/setup/member_command.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/catalogue/text_message.h"
#include "gateway/ceremony/membership.h"
#include "gateway/ceremony/repository_folder.h"
#include "gateway/ceremony/staging.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/new_file.h"
#include "gateway/cli/setup/member_folder.h"
#include "gateway/cli/setup/node_text.h"
#include "gateway/cli/setup/spoken_digest.h"
#include "gateway/config/node_config.h"
#include "gateway/crypto/digest.h"
#include "google/protobuf/text_format.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;

struct AddFlags {
  std::string dir;
  std::string file;
};

absl::Status Malformed(absl::string_view field, absl::string_view expected) {
  return MakeFieldError(Reason::kFieldMalformed, "--file",
                        absl::StrCat(field, ": expected ", expected));
}

// Reads what a region sent: what its node and its entry need; the rest is for the list's own check.
absl::StatusOr<trustlist::v1::FederationMember> ReadEntry(const std::string& path) {
  auto text = ReadWholeFile(path, kTextFileBytesMax);
  if (!text.ok()) {
    return absl::Status(text.status().code(), absl::StrCat("--file: ", text.status().message()));
  }
  trustlist::v1::FederationMember entry;
  const absl::Status parsed = ParseTextMessage(*text, Reason::kFieldMalformed, &entry);
  if (!parsed.ok()) {
    return MakeFieldError(
        Reason::kFieldMalformed, "--file",
        absl::StrCat("expected the member.textproto of `mrgctl init region`: ", parsed.message()));
  }
  if (!MemberIdKind::IsValid(entry.member())) return Malformed("member", MemberIdKind::kExpected);
  if (entry.jurisdictions().empty()) return Malformed("jurisdictions", "at least one");
  if (entry.first_root_sha256().size() != kDigestBytes) {
    return Malformed("first_root_sha256", "32 bytes");
  }
  if (entry.endpoints().empty()) return Malformed("endpoints", "at least one");
  if (entry.ca_bundle_pem().empty()) return Malformed("ca_bundle_pem", "PEM certificates");
  return entry;
}

// The hub's folder while a member is added. What was written is taken back unless all went well.
class HubFolder {
 public:
  explicit HubFolder(std::string dir)
      : dir_(std::move(dir)), repository_((fs::path(dir_) / "repository").string()) {}

  ~HubFolder() {
    std::error_code ignored;
    if (!done_ && !ca_path_.empty()) fs::remove(ca_path_, ignored);
    for (const char* name : {kConfigFile, kFederationFile}) fs::remove(Beside(name), ignored);
  }
  HubFolder(const HubFolder&) = delete;
  HubFolder& operator=(const HubFolder&) = delete;

  absl::Status Add(const trustlist::v1::FederationMember& entry, absl::Time now) {
    MRG_ASSIGN_OR_RETURN(trustlist::v1::Federation list, ListedFederation(repository_));
    if (std::any_of(list.members().begin(), list.members().end(),
                    [&](const auto& one) { return one.member() == entry.member(); })) {
      return Malformed("member",
                       absl::StrCat("one that the hub does not list yet, found ", entry.member()));
    }
    *list.add_members() = entry;
    MRG_RETURN_IF_ERROR(WriteConfig(entry, now));
    MRG_RETURN_IF_ERROR(Stage(list, now));
    MRG_RETURN_IF_ERROR(Replace(kFederationFile));
    MRG_RETURN_IF_ERROR(Replace(kConfigFile));
    done_ = true;
    return absl::OkStatus();
  }

 private:
  // Writes the configuration that knows the member's node, beside the one in use.
  absl::Status WriteConfig(const trustlist::v1::FederationMember& entry, absl::Time now) {
    const std::string ca = absl::StrCat("tls/member-", entry.member(), ".pem");
    auto text = ReadWholeFile(Path(kConfigFile), kTextFileBytesMax);
    if (!text.ok()) {
      return absl::Status(text.status().code(), absl::StrCat("--dir: ", text.status().message()));
    }
    MRG_ASSIGN_OR_RETURN(const std::string with,
                         WithPeer(*text, {entry.member(), entry.endpoints(0), entry.trust_domain(),
                                          ca, absl::BytesToHexString(entry.first_root_sha256())}));
    MRG_RETURN_IF_ERROR(
        WriteNewFile("--dir", Path(ca.c_str()), entry.ca_bundle_pem(), kPublicFileMode));
    ca_path_ = Path(ca.c_str());
    MRG_RETURN_IF_ERROR(WriteWholeFile(Beside(kConfigFile), with));
    const auto checked = LoadNodeConfig(Beside(kConfigFile), now);
    if (!checked.ok()) return checked.status();
    if (checked->role == NodeRole::kHub) return absl::OkStatus();
    return absl::FailedPreconditionError("--dir: expected the folder of a hub");
  }

  absl::Status Stage(const trustlist::v1::Federation& list, absl::Time now) {
    std::string message;
    google::protobuf::TextFormat::PrintToString(list, &message);
    StageOptions options;
    options.federation = true;
    options.file = Beside(kFederationFile);
    MRG_RETURN_IF_ERROR(WriteWholeFile(options.file, absl::StrCat(kFederationHead, message)));
    return StageTarget(options, now, &repository_).status();
  }

  std::string Path(const char* name) const { return (fs::path(dir_) / name).string(); }
  std::string Beside(const char* name) const { return absl::StrCat(Path(name), ".next"); }

  absl::Status Replace(const char* name) const {
    if (std::rename(Beside(name).c_str(), Path(name).c_str()) == 0) return absl::OkStatus();
    return absl::UnavailableError(absl::StrCat("--dir: cannot write ", Path(name)));
  }

  const std::string dir_;
  RepositoryFolder repository_;
  std::string ca_path_;
  bool done_ = false;
};

absl::Status Add(const AddFlags& flags, Display& out) {
  MRG_ASSIGN_OR_RETURN(const trustlist::v1::FederationMember entry, ReadEntry(flags.file));
  HubFolder hub(flags.dir);
  MRG_RETURN_IF_ERROR(hub.Add(entry, RealClock().Now()));
  out << "staged " << entry.member() << " for";
  for (const std::string& code : entry.jurisdictions()) out << " " << code;
  out << ", at " << entry.endpoints(0) << ", trust domain " << entry.trust_domain() << "\n"
      << "its root: " << SpokenDigest(entry.first_root_sha256()) << "\n\n"
      << "Have the region read out the digest of its root. When each group is the same:\n"
      << "     mrgctl trust sign --repository " << flags.dir << "/repository --role targets --key "
      << flags.dir << "/keys/offline/targets.pem\n"
      << "then start the node anew, which knows the region's from now on, and publish:\n"
      << "     mrgctl trust publish --wait --repository " << flags.dir
      << "/repository --address unix:" << flags.dir << "/run/admin.sock\n";
  return absl::OkStatus();
}

}  // namespace

int RunMemberCommand(std::span<const std::string> args, Display& out, Display& err) {
  AddFlags flags;
  CLI::App app("The members that a hub lists", "mrgctl member");
  app.require_subcommand(1);
  CLI::App* add = app.add_subcommand(
      "add", "stages a region for the hub's list, and adds its node to the hub's configuration");
  add->add_option("--dir", flags.dir, "folder of `mrgctl init hub`")->required();
  add->add_option("--file", flags.file, "the region's member.textproto")->required();
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  return Report(Add(flags, out), err);
}

}  // namespace mrg
