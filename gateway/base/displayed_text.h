#ifndef MRG_GATEWAY_BASE_DISPLAYED_TEXT_H_
#define MRG_GATEWAY_BASE_DISPLAYED_TEXT_H_

// Text that others wrote, as people see it. A terminal or a page does not show every character as
// itself: some end the line, hide or turn round what stands beside them, or have no width. Who
// signs or decides by what is shown could be shown a line that is not there. Here is the one rule
// which characters those are: writers refuse them in the names of lists, readers too, and whatever
// shows text shows them escaped.
//
// Not shown as itself is: a control character (C0, DEL, C1); what Unicode 15 calls
// Default_Ignorable_Code_Point, among them the bidi controls, zero-width characters, soft hyphen,
// fillers and tags; line and paragraph separators; interlinear annotation; a noncharacter; a byte
// that is no UTF-8. A variation selector right after an ideograph, or a Mongolian one right after a
// Mongolian letter, is part of how that character is written, and shown.
//
// Thread-safe: pure functions, linear in their input.

#include <string>

#include "absl/strings/string_view.h"

namespace mrg {

// Result: whether every character of `text` is shown as itself.
bool IsDisplayed(absl::string_view text);

// Result: `text` with every character that is not shown as itself as \u{202E} (hex, two digits or
// more), and every byte that is no UTF-8 as \x{FF}. Never holds a line break. What it made is not
// changed by a second call.
std::string Displayed(absl::string_view text);

// The same between double quotes, with \ and " escaped by a \: what stands beside it cannot be
// imitated from within, and no two texts are shown alike.
std::string Quoted(absl::string_view text);

// Result: `text` when it is one word, of letters and digits of ASCII and ._:/*+-; else Quoted.
std::string Word(absl::string_view text);

// The same for a line of JSON, which stays the same JSON: characters as \u202e, by RFC 8259 7 above
// U+FFFF as a pair.
// REQUIRES: `json` is well-formed, in one line.
std::string DisplayedJson(absl::string_view json);

}  // namespace mrg

#endif  // MRG_GATEWAY_BASE_DISPLAYED_TEXT_H_
