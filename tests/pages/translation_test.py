"""A translated page is kept in step with its original."""

import unittest

import translation
import tree
from markdown_page import Page

ORIGINAL = """[中文](PAGE.zh-CN.md)

# Node

## Start

    mrgd --config node.textproto --check-config    # reads it; exit code 0: in order
    mrgd --config node.textproto

It says `node_ready` within 1,500 ms, as [the list](LIST.md#the-list) tells: six times, a 64-bit number.

### Repair

    mrgctl trust repin --publisher ID \\
      --because "why"
    git status

| what you see | why |
|---|---|
| `STALE_TRUST` / `TRUST_EXPIRED` | a list ran out |
| event `clock_stepped` | the clock was set, see `mrg_clock` |
| nothing | nobody knows |
"""
IN_STEP = """[English](PAGE.md)

# 节点

## 启动

    mrgd --config node.textproto --check-config    # 只读取，退出码 0 表示无误
    mrgd --config node.textproto

见[清单](LIST.zh-CN.md#清单)，启动后 1500 毫秒内输出 `node_ready`：P-256 密钥，6 次，64 位整数。

### 恢复

    mrgctl trust repin --publisher ID --because "why"

| 现象 | 原因 |
|---|---|
| `STALE_TRUST` / `TRUST_EXPIRED` | 清单过期 |
| 事件 `clock_stepped` | 时钟被调整，见 `mrg_clock` |
| 无 | 不详 |
"""
LIST = "# Lists\n\n## The list\n"
LIST_ZH = "# 各清单\n\n## 清单\n"


class Differences(unittest.TestCase):
    def differences(self, text, original=ORIGINAL):
        pages = {"d/PAGE.md": original, "d/PAGE.zh-CN.md": text,
                 "d/LIST.md": LIST, "d/LIST.zh-CN.md": LIST_ZH}
        return translation.differences("d/PAGE.md", "d/PAGE.zh-CN.md",
                                       lambda path: Page(pages[path]))

    def changed(self, before, after):
        self.assertEqual(IN_STEP.count(before), 1)
        return self.differences(IN_STEP.replace(before, after))

    def test_other_words_are_no_difference(self):
        self.assertEqual(self.differences(IN_STEP), [])

    def test_number_that_is_missing_or_another_is_named(self):
        self.assertEqual(self.changed("1500 毫秒", "1,600 毫秒"),
                         ["## 启动 (line 5): number that is missing: 1500",
                          "## 启动 (line 5): number that the original has not: 1600"])
        self.assertEqual(self.changed("64 位", "32 位"),
                         ["## 启动 (line 5): number that is missing: 64",
                          "## 启动 (line 5): number that the original has not: 32"])
        self.assertEqual(self.changed("6 次", "7 次"),
                         ["## 启动 (line 5): number that the original has not: 7"])

    def test_heading_that_is_missing_is_named(self):
        self.assertEqual(self.changed("### 恢复\n", "")[0],
                         "heading that is missing or otherwise: ## Start (line 5)")
        self.assertIn("heading that is missing or otherwise: ### Repair (line 12)",
                      self.changed("### 恢复\n", ""))

    def test_section_that_is_missing_is_named_alone_when_the_others_hold_their_names(self):
        section = "\n## Keys\n\nIn `keys`.\n"
        original = ORIGINAL.replace("\n## Start", section + "\n## Start")
        self.assertEqual(self.differences(IN_STEP, original),
                         ["heading that is missing or otherwise: ## Keys (line 5)"])

    def test_heading_of_another_level_is_named(self):
        self.assertEqual(self.changed("### 恢复", "## 恢复"),
                         ["heading that is missing or otherwise: ### Repair (line 12)",
                          "heading that the original has not so: ## 恢复 (line 12)"])

    def test_command_that_is_missing_is_named(self):
        self.assertEqual(self.changed("    mrgd --config node.textproto\n", ""),
                         ["command that is missing here: mrgd --config node.textproto "
                          "(line 8 of the original)"])

    def test_command_with_another_flag_is_named_on_both_sides(self):
        self.assertEqual(self.changed("--publisher ID", "--publisher M"),
                         ["command that is missing here: mrgctl trust repin --publisher ID "
                          "--because \"why\" (line 14 of the original)",
                          "command that the original has not here: mrgctl trust repin --publisher M "
                          "--because \"why\" (line 14)"])

    def test_commands_in_another_order_are_named(self):
        lines = IN_STEP.split("\n")
        lines[6], lines[7] = lines[7], lines[6]
        self.assertEqual(len(self.differences("\n".join(lines))), 2)

    def test_row_of_a_table_that_is_missing_is_named(self):
        found = self.changed("| `STALE_TRUST` / `TRUST_EXPIRED` | 清单过期 |\n", "")
        self.assertIn("row of a table that is missing here: `STALE_TRUST` / `TRUST_EXPIRED` "
                      "(line 20 of the original)", found)

    def test_row_may_name_the_same_in_another_order(self):
        self.assertEqual(self.changed("`STALE_TRUST` / `TRUST_EXPIRED`",
                                      "因 `TRUST_EXPIRED` 而 `STALE_TRUST`"), [])

    def test_row_without_a_name_counts_too(self):
        self.assertEqual(self.changed("| 无 | 不详 |\n", ""),
                         ["row of a table that is missing here: without a name "
                          "(line 22 of the original)"])

    def test_link_that_is_missing_is_named(self):
        self.assertEqual(self.changed("[清单](LIST.zh-CN.md#清单)", "清单"),
                         ["link that is missing: to d/LIST.md#2"])

    def test_link_to_another_heading_is_named(self):
        self.assertEqual(self.changed("#清单", "#各清单"),
                         ["link that is missing: to d/LIST.md#2",
                          "link that the original has not: to d/LIST.md#1"])

    def test_name_in_backquotes_that_is_missing_is_named_with_its_section(self):
        self.assertEqual(self.changed("，见 `mrg_clock`", ""),
                         ["### 恢复 (line 12): name that is missing: `mrg_clock`"])

    def test_first_line_leads_to_the_other_page(self):
        texts = {"d/PAGE.md": ORIGINAL, "d/PAGE.zh-CN.md": IN_STEP[1:]}
        self.assertEqual(
            translation.first_line_faults("d/PAGE.md", "d/PAGE.zh-CN.md", texts.__getitem__),
            ["d/PAGE.zh-CN.md:1: expected [English](PAGE.md)"])


class PagesOfTheProject(unittest.TestCase):
    def setUp(self):
        self.folder = tree.root()

    def text_at(self, path):
        return tree.read(self.folder, path)

    def page_at(self, path):
        return Page(self.text_at(path))

    def test_each_translation_is_in_step(self):
        translated = [path for path in tree.files(self.folder) if path.endswith(translation.SUFFIX)]

        found = []
        for path in translated:
            original = translation.original_of(path)
            found += translation.first_line_faults(original, path, self.text_at)
            found += ["%s: %s" % (path, one)
                      for one in translation.differences(original, path, self.page_at)]

        self.assertEqual(found, [], "\n" + "\n".join(found))
        self.assertLessEqual({"gateway/docs/%s.zh-CN.md" % name for name in (
            "README", "OPERATING", "CERTIFICATES", "AUDITING", "FIRST_CALL", "KEY_DRILLS",
            "COMMANDS", "REST", "BACKUP", "UPGRADE", "SIZING", "EVENTS")}, set(translated))


if __name__ == "__main__":
    unittest.main()
