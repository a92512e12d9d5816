#include "gateway/cli/keys_command.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/instant.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/target_paths.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/crypto/evp_signer.h"
#include "gateway/crypto/private_key_file.h"
#include "gateway/crypto/public_key.h"
#include "gateway/crypto/random.h"
#include "gateway/crypto/scheme.h"

namespace mrg {
namespace {

constexpr size_t kSecretBytes = 32;

struct KeysFlags {
  std::string scheme;
  std::string out;
  std::string public_out;
  std::string dir;
  std::vector<std::string> jurisdictions;
  std::string jurisdiction;
  uint32_t epoch = 0;
  std::string from;
  std::string province_scheme = "sm2-sm3";
};

// Makes one key pair. Result: the public key.
absl::StatusOr<PublicKey> MakeKey(Scheme scheme, const std::string& path) {
  MRG_ASSIGN_OR_RETURN(const std::string pem, GeneratePrivateKeyPem(scheme));
  MRG_ASSIGN_OR_RETURN(const auto signer, NewEvpSigner(scheme, pem));
  MRG_RETURN_IF_ERROR(WritePrivateFile(path, pem));
  return signer->public_key();
}

void Print(const std::string& name, const PublicKey& key, Display& out) {
  out << name << " " << std::string(SchemeName(key.scheme())) << " sha256 "
      << absl::BytesToHexString(key.spki_sha256()) << "\n";
  out.ShowLines(PublicKeyToPem(key));
}

absl::Status Generate(const KeysFlags& flags, Display& out) {
  MRG_ASSIGN_OR_RETURN(const Scheme scheme, SchemeFromName(flags.scheme));
  MRG_ASSIGN_OR_RETURN(const PublicKey key, MakeKey(scheme, flags.out));
  if (!flags.public_out.empty()) {
    MRG_RETURN_IF_ERROR(WriteWholeFile(flags.public_out, PublicKeyToPem(key)));
  }
  Print(flags.out, key, out);
  return absl::OkStatus();
}

// Makes a folder that its owner alone may enter.
absl::Status MakePrivateFolder(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) {
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
  }
  if (error) {
    return absl::UnavailableError(
        absl::StrCat("cannot make ", path.string(), ": ", error.message()));
  }
  return absl::OkStatus();
}

absl::Status Init(const KeysFlags& flags, Display& out) {
  MRG_ASSIGN_OR_RETURN(const Scheme province_scheme, SchemeFromName(flags.province_scheme));
  const std::filesystem::path dir(flags.dir);
  MRG_RETURN_IF_ERROR(MakePrivateFolder(dir / "online"));
  MRG_RETURN_IF_ERROR(MakePrivateFolder(dir / "offline"));

  // (path under dir, scheme); checkpoints are signed with Ed25519 (C2SP tlog-checkpoint).
  std::vector<std::pair<std::string, Scheme>> keys;
  for (const char* role : {"timestamp", "snapshot", kStatusRole, "log"}) {
    keys.emplace_back(absl::StrCat("online/", role, ".pem"), Scheme::kEd25519);
  }
  for (const char* role : {"root", "targets"}) {
    keys.emplace_back(absl::StrCat("offline/", role, ".pem"), Scheme::kEd25519);
  }
  std::vector<std::string> secrets = {"online/idempotency.key"};
  for (const std::string& text : flags.jurisdictions) {
    MRG_ASSIGN_OR_RETURN(const JurisdictionId jurisdiction, JurisdictionId::Parse(text));
    keys.emplace_back(absl::StrCat("offline/", ProvinceRole(jurisdiction.value()), ".pem"),
                      province_scheme);
    secrets.push_back(absl::StrCat("online/epoch-", jurisdiction.value(), ".key"));
  }
  for (const auto& [name, scheme] : keys) {
    MRG_ASSIGN_OR_RETURN(const PublicKey key, MakeKey(scheme, (dir / name).string()));
    Print(name, key, out);
  }
  for (const std::string& name : secrets) {
    MRG_RETURN_IF_ERROR(WritePrivateFile((dir / name).string(), RandomBytes(kSecretBytes)));
  }
  return absl::OkStatus();
}

// Makes the licence-tag key of a further epoch, and prints the line that names it in the node's
// configuration.
absl::Status MakeEpoch(const KeysFlags& flags, Display& out) {
  MRG_ASSIGN_OR_RETURN(const JurisdictionId jurisdiction,
                       JurisdictionId::Parse(flags.jurisdiction));
  if (flags.epoch < 2) {
    return absl::InvalidArgumentError("--epoch: expected 2 or above; init makes the first");
  }
  MRG_ASSIGN_OR_RETURN(const absl::Time from, ParseInstant("--from", flags.from));
  if (from != absl::FromUnixSeconds(absl::ToUnixSeconds(from)) || from <= absl::UnixEpoch()) {
    return MakeFieldError(Reason::kFieldMalformed, "--from", "expected whole seconds since 1970");
  }
  const std::string path = (std::filesystem::path(flags.dir) / "online" /
                            absl::StrCat("epoch-", jurisdiction.value(), "-", flags.epoch, ".key"))
                               .string();
  MRG_RETURN_IF_ERROR(WritePrivateFile(path, RandomBytes(kSecretBytes)));
  out << "epoch_keys { jurisdiction: \"" << jurisdiction.value() << "\" epoch: " << flags.epoch
      << " path: \"" << path << "\" from { seconds: " << absl::ToUnixSeconds(from) << " } }\n";
  return absl::OkStatus();
}

}  // namespace

int RunKeysCommand(std::span<const std::string> args, Display& out, Display& err) {
  KeysFlags flags;
  CLI::App app("Makes keys; private parts go to new files of mode 0600", "mrgctl keys");
  app.require_subcommand(1);
  CLI::App* generate = app.add_subcommand("generate", "makes one key pair");
  generate
      ->add_option("--scheme", flags.scheme,
                   "sm2-sm3, ecdsa-p256-sha256, ed25519 or rsa-pss-sha256")
      ->required();
  generate->add_option("--public", flags.public_out, "file for the public key, PEM");
  CLI::App* secret = app.add_subcommand("secret", "makes a raw secret of 32 bytes");
  for (CLI::App* command : {generate, secret}) {
    command->add_option("--out", flags.out, "file for the private part")->required();
  }
  CLI::App* init = app.add_subcommand("init", "makes all keys of one member");
  init->add_option("--dir", flags.dir, "folder for online/ and offline/")->required();
  init->add_option("--jurisdictions", flags.jurisdictions, "province codes, e.g. 31,32")
      ->delimiter(',');
  init->add_option("--province-scheme", flags.province_scheme, "scheme of the j-NN keys");
  CLI::App* epoch = app.add_subcommand(
      "epoch", "makes the licence-tag key of a further epoch and prints its line of configuration");
  epoch->add_option("--dir", flags.dir, "the folder that init was given")->required();
  epoch->add_option("--jurisdiction", flags.jurisdiction, "province code, e.g. 31")->required();
  epoch->add_option("--epoch", flags.epoch, "one above the newest")->required();
  epoch
      ->add_option("--from", flags.from,
                   "when it comes into use, RFC 3339; two hours ahead or more, so that every peer "
                   "holds it by then")
      ->required();
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  if (generate->parsed()) return Report(Generate(flags, out), err);
  if (secret->parsed()) {
    return Report(WritePrivateFile(flags.out, RandomBytes(kSecretBytes)), err);
  }
  if (epoch->parsed()) return Report(MakeEpoch(flags, out), err);
  return Report(Init(flags, out), err);
}

}  // namespace mrg
