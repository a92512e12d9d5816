#ifndef MRG_GATEWAY_TRANSLATION_PACK_CHECKS_H_
#define MRG_GATEWAY_TRANSLATION_PACK_CHECKS_H_

// What a mapping pack must be before anything is read or written by it. Package-private to
// gateway/translation.
//
// Thread-safe: pure functions.

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gateway/catalogue/dictionary.h"
#include "mrg/gateway/v1/mapping_pack.pb.h"

namespace mrg {

// Places in one pack, nested ones counted. The largest sample has under 40.
inline constexpr int kPackFieldsMax = 256;
// Deepest nesting of places. Standards use two levels.
inline constexpr int kPackDepthMax = 8;
// JSON texts inside one another ("string in string"). Standards use one.
inline constexpr int kPackJsonTextDepthMax = 2;

// Checks everything that can be checked without running the pack: every element is in the
// dictionary, of the form's type and in one place only; no two places share a name; every code
// table leads each text to one code; codes without separator can be told apart; every element is
// read by a test and something is written by one. There is no way for a pack to refer to itself or
// to another, so that it always ends.
// Errors: PACK_INVALID, naming the part of the file ("fields[2].object.fields[0]") and what people
// call it: the field's path, the table or the test.
// Source: docs/threats.md M01.
absl::Status CheckPack(const gateway::v1::MappingPack& pack, const Dictionary& dictionary);

}  // namespace mrg

#endif  // MRG_GATEWAY_TRANSLATION_PACK_CHECKS_H_
