#include "gateway/cli/setup/member_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/base/whole_file.h"
#include "gateway/ceremony/repository_folder.h"
#include "gateway/ceremony/signing.h"
#include "gateway/ceremony/staging.h"
#include "gateway/cli/certificate_files.h"
#include "gateway/cli/member_keys.h"
#include "gateway/cli/setup/node_text.h"
#include "gateway/config/node_config.h"
#include "gateway/crypto/random.h"
#include "google/protobuf/text_format.h"
#include "mrg/trustlist/v1/federation.pb.h"
#include "trustlist/format/repository_names.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;

constexpr int kAuthorityDays = 365;
constexpr size_t kNameBytes = 4;

absl::Status CannotMake(const fs::path& path, absl::string_view why) {
  return absl::UnavailableError(absl::StrCat("--dir: cannot make ", path.string(), ": ", why));
}

absl::Status WriteMessage(const fs::path& path, absl::string_view head,
                          const google::protobuf::Message& message) {
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  return WriteWholeFile(path.string(), absl::StrCat(head, text));
}

// Makes the content of one folder, part after part.
class Maker {
 public:
  Maker(const MemberPlan& plan, fs::path folder, absl::Time now)
      : plan_(plan),
        folder_(std::move(folder)),
        now_(now),
        repository_((folder_ / "repository").string()) {}

  absl::StatusOr<trustlist::v1::FederationMember> Make() {
    MRG_RETURN_IF_ERROR(MakeCertificates());
    MRG_RETURN_IF_ERROR(
        MakeMemberKeys((folder_ / "keys").string(), plan_.jurisdictions, plan_.province_scheme)
            .status());
    MRG_ASSIGN_OR_RETURN(const RootState root, HoldCeremony());
    if (!plan_.is_hub) {
      MRG_RETURN_IF_ERROR(WriteBelow(kHubRootFile, plan_.hub.root));
      MRG_RETURN_IF_ERROR(WriteBelow(kHubCaFile, plan_.hub.ca_pem));
    }
    MRG_RETURN_IF_ERROR(WriteBelow(kConfigFile, NodeText(plan_)));
    MRG_RETURN_IF_ERROR(LoadNodeConfig((folder_ / kConfigFile).string(), now_).status());
    return Entry(root);
  }

 private:
  absl::Status WriteBelow(const char* name, absl::string_view bytes) {
    const fs::path path = folder_ / name;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    return error ? CannotMake(path, error.message()) : WriteWholeFile(path.string(), bytes);
  }

  absl::Status MakeCertificates() {
    const fs::path tls = folder_ / "tls";
    std::error_code error;
    if (!fs::create_directory(tls, error)) return CannotMake(tls, error.message());
    // An authority issues nothing that outlives it.
    const int days = std::max(kAuthorityDays, plan_.certificate_days);
    MRG_ASSIGN_OR_RETURN(
        const KeyedCertificate authority,
        MakeDevelopmentAuthority(plan_.trust_domain, absl::Hours(24) * days, now_));
    ca_pem_ = authority.certificate_pem;
    MRG_RETURN_IF_ERROR(WritePair("--dir", (tls / "ca").string(), authority));
    const auto issue = [&](const std::string& name, CertificateWish wish) -> absl::Status {
      wish.days = plan_.certificate_days;
      MRG_ASSIGN_OR_RETURN(const KeyedCertificate issued, IssueWished(authority, wish, now_));
      return WritePair("--dir", (tls / name).string(), issued);
    };
    MRG_RETURN_IF_ERROR(
        issue("node", {absl::StrCat("node/", plan_.log_id), plan_.dns_names, plan_.addresses}));
    MRG_RETURN_IF_ERROR(issue("operator", {"operator/first", {}, {}}));
    if (plan_.is_hub) return absl::OkStatus();
    const std::string& code = plan_.jurisdictions.front();
    return issue(absl::StrCat("platform-", code),
                 {absl::StrCat("jurisdiction/", code, "/platform/first"), {}, {}});
  }

  absl::Status Stage(StageOptions options, const std::string& file) {
    options.file = file;
    return StageTarget(options, now_, &repository_).status();
  }

  absl::Status Sign(const std::string& role) {
    const fs::path key = folder_ / "keys" / "offline" / absl::StrCat(role, ".pem");
    return SignRole(role, key.string(), &repository_).status();
  }

  trustlist::v1::FederationMember Entry(const RootState& root) const {
    trustlist::v1::FederationMember entry;
    entry.set_member(plan_.member);
    for (const std::string& code : plan_.jurisdictions) entry.add_jurisdictions(code);
    entry.set_first_root_sha256(root.sha256);
    entry.add_endpoints(plan_.endpoint);
    entry.set_trust_domain(plan_.trust_domain);
    entry.set_ca_bundle_pem(ca_pem_);
    *entry.mutable_since() = ToTimestamp(absl::FromUnixSeconds(absl::ToUnixSeconds(now_)));
    return entry;
  }

  // Where its node is, in the member's own words.
  absl::Status StageContact() {
    trustlist::v1::Contact contact;
    contact.add_endpoints(plan_.endpoint);
    contact.set_trust_domain(plan_.trust_domain);
    contact.set_ca_bundle_pem(ca_pem_);
    const fs::path file = folder_ / "contact.textproto";
    MRG_RETURN_IF_ERROR(WriteMessage(
        file, "# Where the node is: `mrgctl trust stage --contact --file contact.textproto`.\n",
        contact));
    return Stage({.contact = true}, file.string());
  }

  // Stages the files that a flag names, KEY=FILE each; `kind`: which option the key is.
  absl::Status StageNamed(absl::string_view flag, const std::vector<std::string>& named,
                          std::string StageOptions::*kind) {
    for (const std::string& one : named) {
      const std::pair<std::string, std::string> parts =
          absl::StrSplit(one, absl::MaxSplits('=', 1));
      if (parts.first.empty() || parts.second.empty()) {
        return absl::InvalidArgumentError(
            absl::StrCat(flag, ": expected KEY=FILE, 2026=... or 31=..., found \"", one, "\""));
      }
      StageOptions options;
      options.*kind = parts.first;
      const absl::Status staged = Stage(options, parts.second);
      if (!staged.ok()) {
        return absl::Status(staged.code(), absl::StrCat(flag, ": ", staged.message()));
      }
    }
    return absl::OkStatus();
  }

  absl::Status StageHub(const RootState& root) {
    trustlist::v1::Federation federation;
    *federation.add_members() = Entry(root);
    const fs::path file = folder_ / kFederationFile;
    MRG_RETURN_IF_ERROR(WriteMessage(file, kFederationHead, federation));
    MRG_RETURN_IF_ERROR(Stage({.federation = true}, file.string()));
    MRG_RETURN_IF_ERROR(StageNamed("--calendar", plan_.calendars, &StageOptions::calendar));
    if (plan_.dictionary.empty()) return absl::OkStatus();
    const absl::Status staged = Stage({.dictionary = true}, plan_.dictionary);
    if (staged.ok()) return staged;
    return absl::Status(staged.code(), absl::StrCat("--dictionary: ", staged.message()));
  }

  absl::StatusOr<RootState> HoldCeremony() {
    InitOptions options;
    options.member = plan_.member;
    options.keys = (folder_ / "keys").string();
    options.jurisdictions = plan_.jurisdictions;
    options.log_origin = absl::StrCat(plan_.member, "/", plan_.log_id);
    MRG_ASSIGN_OR_RETURN(const RootState root, InitRepository(options, now_, &repository_));
    MRG_RETURN_IF_ERROR(StageContact());
    if (plan_.is_hub) {
      MRG_RETURN_IF_ERROR(StageHub(root));
    } else {
      MRG_RETURN_IF_ERROR(WriteMessage(
          folder_ / kMemberFile, "# For the hub: `mrgctl member add --file member.textproto`.\n",
          Entry(root)));
      MRG_RETURN_IF_ERROR(StageNamed("--catalogue", plan_.catalogues, &StageOptions::catalogue));
    }
    for (const std::string& code : plan_.jurisdictions) {
      MRG_RETURN_IF_ERROR(Sign(ProvinceRole(code)));
    }
    MRG_RETURN_IF_ERROR(Sign(kTargetsRole));
    return root;
  }

  const MemberPlan& plan_;
  const fs::path folder_;
  const absl::Time now_;
  RepositoryFolder repository_;
  std::string ca_pem_;
};

// Gives what was made in `scratch` its name.
absl::Status Name(const fs::path& scratch, const std::string& dir) {
  // Takes the place of an empty folder, and of nothing else.
  if (std::rename(scratch.c_str(), dir.c_str()) == 0) return absl::OkStatus();
  return CannotMake(dir, std::strerror(errno));
}

// Result: the path of `dir` without a slash at its end, which would follow a symbolic link.
fs::path PlaceOf(const std::string& dir) {
  std::error_code error;
  const fs::path place = fs::absolute(dir, error).lexically_normal();
  return place.has_filename() ? place : place.parent_path();
}

bool IsMountPoint(const fs::path& place) {
  struct statx info;
  if (statx(AT_FDCWD, place.c_str(), AT_SYMLINK_NOFOLLOW, 0, &info) != 0) return false;
  return (info.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

// The new folder takes its name as a whole, by a rename: those are the folders that withstand it,
// or that somebody would go on standing in after they are gone.
absl::Status CheckMayBeExchanged(const fs::path& place) {
  const auto expected = [&](absl::string_view what) {
    return absl::InvalidArgumentError(
        absl::StrCat("--dir: expected a folder to make, not ", what, ", found ", place.string()));
  };
  std::error_code error;
  if (fs::is_symlink(fs::symlink_status(place, error))) return expected("a symbolic link");
  if (IsMountPoint(place)) return expected("a mount point");
  if (fs::equivalent(place, ".", error)) return expected("the folder that you stand in");
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckMayBeMade(const std::string& dir, const std::string& admin_socket) {
  if (!dir.empty()) MRG_RETURN_IF_ERROR(CheckMayBeExchanged(PlaceOf(dir)));
  std::error_code error;
  const bool is_folder = fs::is_directory(dir, error);
  if (fs::exists(fs::symlink_status(dir, error)) && !(is_folder && fs::is_empty(dir, error))) {
    return absl::AlreadyExistsError(
        absl::StrCat("--dir: expected a folder that is empty or not there yet, found ", dir));
  }
  const std::string socket = (fs::absolute(dir, error) / admin_socket).string();
  if (!dir.empty() && socket.size() < sizeof(sockaddr_un::sun_path)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(fs::path(admin_socket).is_absolute() ? "--admin-socket" : "--dir",
                   ": expected a path so short that that of the admin socket has at most ",
                   sizeof(sockaddr_un::sun_path) - 1, " bytes, found \"", socket, "\""));
}

absl::StatusOr<trustlist::v1::FederationMember> MakeMemberFolder(const MemberPlan& plan,
                                                                 const std::string& dir,
                                                                 absl::Time now) {
  MRG_RETURN_IF_ERROR(CheckMayBeMade(dir, plan.admin_socket));
  std::error_code error;
  const fs::path target = PlaceOf(dir);
  fs::create_directories(target.parent_path(), error);
  const fs::path scratch =
      target.string() + ".making-" + absl::BytesToHexString(RandomBytes(kNameBytes));
  if (error || mkdir(scratch.c_str(), S_IRWXU) != 0) {
    return CannotMake(scratch, error ? error.message() : std::strerror(errno));
  }
  absl::StatusOr<trustlist::v1::FederationMember> made = Maker(plan, scratch, now).Make();
  if (made.ok()) {
    const absl::Status named = Name(scratch, target.string());
    if (named.ok()) return made;
    made = named;
  }
  fs::remove_all(scratch, error);
  return made;
}

}  // namespace mrg
