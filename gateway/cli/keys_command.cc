#include "gateway/cli/keys_command.h"

#include <cstdint>
#include <filesystem>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/instant.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/key_replace_command.h"
#include "gateway/cli/member_keys.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/crypto/public_key.h"
#include "gateway/crypto/scheme.h"

namespace mrg {
namespace {

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

void Print(const std::string& name, const PublicKey& key, Display& out) {
  out << name << " " << std::string(SchemeName(key.scheme())) << " sha256 "
      << SpokenDigest(key.spki_sha256()) << "\n";
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

absl::Status Init(const KeysFlags& flags, Display& out) {
  MRG_ASSIGN_OR_RETURN(const Scheme province_scheme, SchemeFromName(flags.province_scheme));
  MRG_ASSIGN_OR_RETURN(const std::vector<MadeKey> made,
                       MakeMemberKeys(flags.dir, flags.jurisdictions, province_scheme));
  for (const MadeKey& one : made) Print(one.name, one.key, out);
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
  MRG_ASSIGN_OR_RETURN(const absl::Time from,
                       ParseInstantFrom("--from", flags.from, RealClock().Now()));
  if (from != absl::FromUnixSeconds(absl::ToUnixSeconds(from)) || from <= absl::UnixEpoch()) {
    return MakeFieldError(Reason::kFieldMalformed, "--from", "expected whole seconds since 1970");
  }
  const std::string path = (std::filesystem::path(flags.dir) / "online" /
                            absl::StrCat("epoch-", jurisdiction.value(), "-", flags.epoch, ".key"))
                               .string();
  MRG_RETURN_IF_ERROR(MakeSecret(path));
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
      ->add_option(
          "--from", flags.from,
          "when it comes into use, RFC 3339 or e.g. now+3h; two hours ahead or more, so that "
          "every peer holds it by then")
      ->required();
  KeyReplaceFlags replacement;
  CLI::App* replace = AddKeyReplace(&app, &replacement);
  if (const int code = ParseCommandLine(app, args, out, err); code != kExitOk) return code;
  if (generate->parsed()) return Report(Generate(flags, out), err);
  if (secret->parsed()) return Report(MakeSecret(flags.out), err);
  if (epoch->parsed()) return Report(MakeEpoch(flags, out), err);
  if (replace->parsed()) return Report(ReplaceKey(replacement, RealClock().Now(), out), err);
  return Report(Init(flags, out), err);
}

}  // namespace mrg
