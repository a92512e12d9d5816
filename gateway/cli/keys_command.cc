#include "gateway/cli/keys_command.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "gateway/base/identifiers.h"
#include "gateway/base/instant.h"
#include "gateway/base/proto_time.h"
#include "gateway/base/real_clock.h"
#include "gateway/base/reason.h"
#include "gateway/base/status_macros.h"
#include "gateway/base/whole_file.h"
#include "gateway/cli/command.h"
#include "gateway/cli/command_line.h"
#include "gateway/cli/json_output.h"
#include "gateway/cli/key_replace_command.h"
#include "gateway/cli/member_keys.h"
#include "gateway/cli/spoken_digest.h"
#include "gateway/config/node_config.h"
#include "gateway/crypto/public_key.h"
#include "gateway/crypto/scheme.h"

namespace mrg {
namespace {

namespace fs = std::filesystem;

struct KeysFlags {
  std::string scheme;
  std::string out;
  std::string public_out;
  std::string dir;
  std::string config;
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
  ShowJson({{"name", name},
            {"scheme", std::string(SchemeName(key.scheme()))},
            {"sha256", absl::BytesToHexString(key.spki_sha256())},
            {"pem", PublicKeyToPem(key)}},
           out);
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

// Checks the new epoch against those that the node's configuration has. A key that its node would
// not start with, or that peers would never ask for, is not made.
absl::Status CheckFurtherEpoch(const gateway::v1::NodeConfig& config, const fs::path& config_file,
                               const KeysFlags& flags, absl::Time from, absl::Time now) {
  const auto& own = config.jurisdictions();
  if (std::find(own.begin(), own.end(), flags.jurisdiction) == own.end()) {
    return MakeFieldError(
        Reason::kFieldMalformed, "--jurisdiction",
        absl::StrCat("expected one of ", absl::StrJoin(own, ", "), ", the jurisdictions in ",
                     config_file.string(), "; the keys of others are fetched from their members"));
  }
  uint32_t newest = 0;
  absl::Time newest_from = absl::InfinitePast();
  for (const auto& key : config.keys().epoch_keys()) {
    if (key.jurisdiction() != flags.jurisdiction || key.epoch() < newest) continue;
    newest = key.epoch();
    if (key.has_from()) newest_from = ToTime(key.from());
  }
  if (flags.epoch != newest + 1) {
    return MakeFieldError(
        Reason::kFieldMalformed, "--epoch",
        absl::StrCat("expected ", newest + 1, ", one above the newest of ", flags.jurisdiction,
                     " in ", config_file.string(), "; put the line of each into it"));
  }
  if (from <= now) {
    return MakeFieldError(
        Reason::kFieldMalformed, "--from",
        absl::StrCat("expected a time to come, two hours ahead or more; now it is ",
                     absl::FormatTime(absl::RFC3339_sec, now, absl::UTCTimeZone())));
  }
  if (from <= newest_from) {
    return MakeFieldError(
        Reason::kFieldMalformed, "--from",
        absl::StrCat("expected a time after that of epoch ", newest, ", ",
                     absl::FormatTime(absl::RFC3339_sec, newest_from, absl::UTCTimeZone())));
  }
  return absl::OkStatus();
}

absl::StatusOr<gateway::v1::NodeConfig> ReadConfig(const fs::path& file) {
  const absl::StatusOr<std::string> text = ReadWholeFile(file.string());
  if (!text.ok()) {
    return MakeFieldError(Reason::kConfigInvalid, "--config",
                          absl::StrCat("expected the node's configuration, which says what is the "
                                       "member's own; cannot read ",
                                       file.string()));
  }
  absl::StatusOr<gateway::v1::NodeConfig> config = ParseNodeConfigText(*text);
  if (config.ok()) return config;
  return MakeFieldError(Reason::kConfigInvalid, "--config",
                        absl::StrCat(file.string(), ": ", config.status().message()));
}

// Makes the licence-tag key of a further epoch, and prints the line that names it in the node's
// configuration, whose paths count from its folder.
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
  const fs::path dir = fs::absolute(flags.dir).lexically_normal() / "";
  const fs::path config_file =
      fs::absolute(flags.config.empty() ? dir.parent_path().parent_path() / "node.textproto"
                                        : fs::path(flags.config));
  MRG_ASSIGN_OR_RETURN(const gateway::v1::NodeConfig config, ReadConfig(config_file));
  MRG_RETURN_IF_ERROR(CheckFurtherEpoch(config, config_file, flags, from, RealClock().Now()));
  const fs::path key =
      dir / "online" / absl::StrCat("epoch-", jurisdiction.value(), "-", flags.epoch, ".key");
  MRG_RETURN_IF_ERROR(MakeSecret(key.string()));
  const fs::path named = key.lexically_relative(config_file.lexically_normal().parent_path());
  out << absl::StrCat("epoch_keys { jurisdiction: \"", jurisdiction.value(),
                      "\" epoch: ", flags.epoch, " path: \"", absl::CHexEscape(named.string()),
                      "\" from { seconds: ", absl::ToUnixSeconds(from), " } }")
      << "\n";
  ShowJson({{"jurisdiction", jurisdiction.value()},
            {"epoch", flags.epoch},
            {"path", named.string()},
            {"from", JsonTime(from)}},
           out);
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
  epoch->add_option("--config", flags.config,
                    "the node's configuration, which has the keys up to now; default: "
                    "node.textproto beside the folder of keys");
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
