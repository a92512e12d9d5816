#include "gateway/recognition/decoded_issuers.h"

#include <cstddef>
#include <utility>

#include "absl/hash/hash.h"

namespace mrg {
namespace {

// A decoded issuer with its prepared key takes about 3 KB.
constexpr size_t kPlaces = 4096;

}  // namespace

DecodedIssuers::DecodedIssuers() : places_(kPlaces) {}

std::shared_ptr<const Issuer> DecodedIssuers::Get(absl::string_view entry) {
  SharedCell<const Decoded>& place = places_[absl::Hash<absl::string_view>()(entry) % kPlaces];
  const auto decoded = place.Load();
  if (decoded != nullptr && decoded->entry == entry) return decoded->issuer;
  auto issuer = Issuer::Parse(entry);
  if (!issuer.ok()) return nullptr;
  auto fresh = std::make_shared<const Decoded>(Decoded{std::string(entry), *issuer});
  // When another call is putting its own there, this one is decoded again at its next use.
  place.TryStore(&fresh);
  return *std::move(issuer);
}

}  // namespace mrg
