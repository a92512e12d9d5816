#include "gateway/cli/key_replace_command.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/ceremony/key_replacement.h"
#include "gateway/ceremony/repository_folder.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/member_keys.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/crypto/scheme.h"
#include "gateway/crypto/signer_file.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;

constexpr char kLog[] = "log";
// Hex digits of its digest in the name of a key that ended.
constexpr size_t kNameDigits = 8;

bool IsOffline(absl::string_view role) { return role == "targets" || absl::StartsWith(role, "j-"); }

absl::Status Move(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  if (!error) fs::permissions(to.parent_path(), fs::perms::owner_all, error);
  if (!error) fs::rename(from, to, error);
  if (!error) return absl::OkStatus();
  return MakeError(Reason::kKeyFileInvalid,
                   absl::StrCat("--dir: cannot move ", from.string(), " to ", to.string(), ": ",
                                error.message()));
}

absl::StatusOr<Scheme> SchemeOf(const KeyReplaceFlags& flags,
                                const std::unique_ptr<Signer>& before) {
  if (before != nullptr) return before->public_key().scheme();
  if (!absl::StartsWith(flags.role, "j-")) return Scheme::kEd25519;
  return flags.scheme.empty() ? Scheme::kSm2Sm3 : SchemeFromName(flags.scheme);
}

void PrintNext(const KeyReplaceFlags& flags, const std::vector<std::string>& to_sign,
               Display& out) {
  out << "next:\n";
  for (const std::string& role : to_sign) {
    out << "     mrgctl trust sign --repository " << flags.repository << " --role " << role
        << " --key " << (fs::path(flags.dir) / "offline" / (role + ".pem")).string() << "\n";
  }
  if (!IsOffline(flags.role)) out << "     give the node the new key file, and restart it\n";
  out << "     mrgctl trust publish --wait --repository " << flags.repository << " --address ...\n";
}

}  // namespace

CLI::App* AddKeyReplace(CLI::App* keys, KeyReplaceFlags* flags) {
  CLI::App* replace = keys->add_subcommand(
      "replace", "makes a new key in the place of a stolen, lost or ended one, and stages it");
  replace->add_option("--role", flags->role, "timestamp, snapshot, targets, status, log or j-NN")
      ->required();
  replace->add_option("--dir", flags->dir, "the folder that init was given")->required();
  replace->add_option("--repository", flags->repository, "folder of the repository")->required();
  replace->add_option("--log-id", flags->log_id, "of log: the log that the new key begins");
  replace->add_option("--scheme", flags->scheme, "of a j-NN key that is lost; default sm2-sm3");
  return replace;
}

absl::Status ReplaceKey(const KeyReplaceFlags& flags, absl::Time now, Display& out) {
  if ((flags.role == kLog) == flags.log_id.empty()) {
    return MakeFieldError(Reason::kFieldRequired, "--log-id",
                          "expected for the role log, which begins a new log, and for no other");
  }
  const fs::path dir(flags.dir);
  const fs::path path =
      dir / (IsOffline(flags.role) ? "offline" : "online") / (flags.role + ".pem");
  std::error_code error;
  std::unique_ptr<Signer> before;
  if (fs::exists(path, error)) {
    MRG_ASSIGN_OR_RETURN(before, SignerFromFile(path.string()));
  }
  MRG_ASSIGN_OR_RETURN(const Scheme scheme, SchemeOf(flags, before));
  const fs::path made = path.string() + ".next";
  MRG_ASSIGN_OR_RETURN(const PublicKey key, MakeKey(scheme, made.string()));

  RepositoryFolder folder(flags.repository);
  const std::string ended = before == nullptr ? "" : before->public_key().spki_sha256();
  const absl::StatusOr<ReplacedKey> replaced =
      flags.role == kLog ? ReplaceLogKey(flags.log_id, key, now, &folder)
                         : ReplaceRoleKey(flags.role, key, ended, now, &folder);
  if (!replaced.ok()) {
    fs::remove(made, error);
    return replaced.status();
  }
  if (before != nullptr) {
    const std::string digits = absl::BytesToHexString(ended).substr(0, kNameDigits);
    MRG_RETURN_IF_ERROR(Move(path, dir / "ended" / absl::StrCat(flags.role, "-", digits, ".pem")));
  }
  MRG_RETURN_IF_ERROR(Move(made, path));
  out << flags.role << ": " << SpokenDigest(key.spki_sha256()) << "\n  in the place of "
      << OwnWords(replaced->ended.empty() ? "one that was listed by its id alone" : "")
      << SpokenDigest(replaced->ended) << "\n";
  PrintNext(flags, replaced->to_sign, out);
  ShowJson({{"role", flags.role},
            {"sha256", absl::BytesToHexString(key.spki_sha256())},
            {"ended", absl::BytesToHexString(replaced->ended)},
            {"toSign", replaced->to_sign}},
           out);
  return absl::OkStatus();
}

}  // namespace mrg
