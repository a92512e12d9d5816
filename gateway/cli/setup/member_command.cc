#include "gateway/cli/setup/member_command.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gateway/base/canonical_proto.h"
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
#include "gateway/cli/json_output.h"
#include "gateway/cli/new_file.h"
#include "gateway/cli/setup/handed_entry.h"
#include "gateway/cli/setup/member_folder.h"
#include "gateway/cli/setup/node_text.h"
#include "gateway/cli/setup/replaced_file.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/config/node_config.h"
#include "google/protobuf/text_format.h"
#include "mrg/trustlist/v1/federation.pb.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;

struct AddFlags {
  std::string dir;
  std::string file;
  std::string digest;
};

// A member's folder while another is added. What was written is taken back unless all went well.
class ChangedFolder {
 public:
  explicit ChangedFolder(std::string dir)
      : dir_(std::move(dir)), repository_((fs::path(dir_) / "repository").string()) {}

  ~ChangedFolder() {
    std::error_code ignored;
    if (!done_ && !ca_path_.empty()) fs::remove(ca_path_, ignored);
    for (const char* name : {kConfigFile, kFederationFile}) fs::remove(Beside(name), ignored);
  }
  ChangedFolder(const ChangedFolder&) = delete;
  ChangedFolder& operator=(const ChangedFolder&) = delete;

  // Result: the configuration of the folder's own node as it was. A hub lists the new member, a
  // region does not.
  absl::StatusOr<NodeConfig> Add(const trustlist::v1::FederationMember& entry, absl::Time now) {
    MRG_ASSIGN_OR_RETURN(NodeConfig own, OwnConfig(now));
    if (own.role == NodeRole::kRegion) {
      MRG_RETURN_IF_ERROR(WriteConfig(entry, own.role, now));
    } else {
      MRG_RETURN_IF_ERROR(List(entry, now));
      MRG_RETURN_IF_ERROR(Replace(kFederationFile));
    }
    MRG_RETURN_IF_ERROR(Replace(kConfigFile));
    done_ = true;
    return own;
  }

 private:
  absl::StatusOr<NodeConfig> OwnConfig(absl::Time now) const {
    auto config = LoadNodeConfig(Path(kConfigFile), now);
    if (config.ok()) return config;
    return absl::Status(config.status().code(), absl::StrCat("--dir: ", config.status().message()));
  }

  absl::Status List(const trustlist::v1::FederationMember& entry, absl::Time now) {
    MRG_ASSIGN_OR_RETURN(trustlist::v1::Federation list, ListedFederation(repository_));
    const auto listed =
        std::find_if(list.members().begin(), list.members().end(),
                     [&](const auto& one) { return one.member() == entry.member(); });
    const bool is_listed = listed != list.members().end();
    // The same entry was staged by a call that did not come to its end.
    if (is_listed && CanonicalBytes(*listed) != CanonicalBytes(entry)) {
      return MakeFieldError(
          Reason::kFieldMalformed, "--file",
          absl::StrCat("member: expected one that the hub does not list yet, found ",
                       entry.member()));
    }
    if (!is_listed) *list.add_members() = entry;
    MRG_RETURN_IF_ERROR(WriteConfig(entry, NodeRole::kHub, now));
    return Stage(list, is_listed, now);
  }

  // Writes the configuration that knows the member's node, beside the one in use.
  absl::Status WriteConfig(const trustlist::v1::FederationMember& entry, NodeRole role,
                           absl::Time now) {
    const std::string ca = absl::StrCat("tls/member-", entry.member(), ".pem");
    MRG_ASSIGN_OR_RETURN(const std::string text,
                         ReadWholeFile(Path(kConfigFile), kTextFileBytesMax));
    NamedPeer peer{entry.member(),
                   entry.endpoints(0),
                   entry.trust_domain(),
                   ca,
                   absl::BytesToHexString(entry.first_root_sha256()),
                   role == NodeRole::kRegion};
    MRG_ASSIGN_OR_RETURN(const std::string with, WithPeer(text, peer));
    const auto ca_there = ReadWholeFile(Path(ca.c_str()), kTextFileBytesMax);
    if (!ca_there.ok() || *ca_there != entry.ca_bundle_pem()) {
      MRG_RETURN_IF_ERROR(
          WriteNewFile("--dir", Path(ca.c_str()), entry.ca_bundle_pem(), kPublicFileMode));
      ca_path_ = Path(ca.c_str());
    }
    MRG_RETURN_IF_ERROR(WriteWholeFile(Beside(kConfigFile), with));
    return LoadNodeConfig(Beside(kConfigFile), now).status();
  }

  absl::Status Stage(const trustlist::v1::Federation& list, bool is_staged, absl::Time now) {
    std::string message;
    google::protobuf::TextFormat::PrintToString(list, &message);
    StageOptions options;
    options.federation = true;
    options.file = Beside(kFederationFile);
    MRG_RETURN_IF_ERROR(WriteWholeFile(options.file, absl::StrCat(kFederationHead, message)));
    if (is_staged) return absl::OkStatus();
    return StageTarget(options, now, &repository_).status();
  }

  std::string Path(const char* name) const { return (fs::path(dir_) / name).string(); }
  std::string Beside(const char* name) const { return absl::StrCat(Path(name), ".next"); }

  absl::Status Replace(const char* name) const {
    MRG_ASSIGN_OR_RETURN(const std::string bytes, ReadWholeFile(Beside(name)));
    return ReplaceFile("--dir", Path(name), bytes);
  }

  const std::string dir_;
  RepositoryFolder repository_;
  std::string ca_path_;
  bool done_ = false;
};

void PrintHubsNext(const AddFlags& flags, const std::string& admin_socket, Display& out) {
  out << "     mrgctl trust sign --repository " << flags.dir << "/repository --role targets --key "
      << flags.dir << "/keys/offline/targets.pem\n"
      << "then start the node anew, which knows the region's from now on, and publish:\n"
      << "     mrgctl trust publish --wait --repository " << flags.dir
      << "/repository --address unix:" << admin_socket << "\n";
}

void PrintRegionsNext(const AddFlags& flags, Display& out) {
  out << "     start the node anew, which knows the other's from now on\n"
      << "Licences are recognised when an agreement is in force:\n"
      << "     mrgctl agreement new --member " << flags.dir << "/" << kMemberFile << " --member "
      << flags.file << " --id ID --type TYPE --element ELEMENT --pack PACK"
      << " --out agreement.textproto\n";
}

absl::Status Add(const AddFlags& flags, Display& out) {
  MRG_ASSIGN_OR_RETURN(const trustlist::v1::FederationMember entry,
                       ReadHandedEntry("--file", flags.file));
  MRG_RETURN_IF_ERROR(CheckTold("--digest", flags.digest, entry));
  ChangedFolder folder(flags.dir);
  MRG_ASSIGN_OR_RETURN(const NodeConfig own, folder.Add(entry, RealClock().Now()));
  const bool is_hub = own.role == NodeRole::kHub;
  out << OwnWords(is_hub ? "staged " : "added ") << entry.member() << " for";
  for (const std::string& code : entry.jurisdictions()) out << " " << code;
  out << ", at " << entry.endpoints(0) << ", trust domain " << entry.trust_domain() << "\n"
      << "its digest: " << SpokenDigest(HandedDigest(entry)) << "\n\n"
      << "Have the region read out, over the telephone, the digest that its `mrgctl init` showed: "
         "it "
      << "is of all of its\nfile: member, provinces, first root, endpoints, trust domain, CA. When "
      << "each group is the same:\n";
  if (is_hub) {
    PrintHubsNext(flags, own.admin_socket, out);
  } else {
    PrintRegionsNext(flags, out);
  }
  ShowJson({{"member", entry.member()},
            {"staged", is_hub},
            {"jurisdictions", ToJson(entry)["jurisdictions"]},
            {"endpoint", entry.endpoints(0)},
            {"trustDomain", entry.trust_domain()},
            {"digest", absl::BytesToHexString(HandedDigest(entry))}},
           out);
  return absl::OkStatus();
}

}  // namespace

int RunMemberCommand(std::span<const std::string> args, Display& out, Display& err) {
  AddFlags flags;
  CLI::App app("The other members, as a member's own folder knows them", "mrgctl member");
  app.require_subcommand(1);
  CLI::App* add = app.add_subcommand(
      "add", "adds a region's node to the configuration; at the hub also stages it for the list");
  add->add_option("--dir", flags.dir, "folder of `mrgctl init`")->required();
  add->add_option("--file", flags.file, "the region's member.textproto")->required();
  add->add_option("--digest", flags.digest,
                  "the digest that the region read out, in quotes; another one is refused");
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  return Report(Add(flags, out), err);
}

}  // namespace mrg
