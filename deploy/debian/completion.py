"""Completion of mrgctl for bash: its own commands, their options, and the values of an option where
they are a closed list; files for every other value."""

import command_tree

HEAD = """\
# Completion of mrgctl, made from its own help.
# shellcheck shell=bash

# By command: what may follow it.
declare -gA _mrgctl_words=(
"""
VALUES = """\
)
# By command and option: the values, or nothing where any value may stand.
declare -gA _mrgctl_values=(
"""
TAIL = """\
)

_mrgctl() {
  local current=${COMP_WORDS[COMP_CWORD]} command=mrgctl word i
  for ((i = 1; i < COMP_CWORD; ++i)); do
    word=${COMP_WORDS[i]}
    [[ -v _mrgctl_words["$command $word"] ]] || break
    command+=" $word"
  done
  local option="$command ${COMP_WORDS[COMP_CWORD - 1]}"
  COMPREPLY=()
  if [[ -v _mrgctl_values[$option] ]]; then
    local values=${_mrgctl_values[$option]}
    if [[ -n $values ]]; then
      mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current")
    else
      compopt -o default
    fi
  elif [[ $current == -* || $i -eq $COMP_CWORD ]]; then
    mapfile -t COMPREPLY < <(compgen -W "${_mrgctl_words[$command]}" -- "$current")
    [[ ${#COMPREPLY[@]} -gt 0 ]] || compopt -o default
  else
    compopt -o default
  fi
}
complete -F _mrgctl mrgctl
"""


def mrgctl(program):
    words, values = [], []
    for command in command_tree.every(command_tree.read_families(program, "mrgctl")):
        spelled = " ".join(command.words)
        after = [one.words[-1] for one in command.subcommands]
        after += [name for one in command.options for name in one.names()]
        after.append("--help" if len(command.words) > 1 else "--help --version")
        words.append("  ['%s']='%s'\n" % (spelled, " ".join(after)))
        for option in command.options:
            if option.takes_value():
                values += ["  ['%s %s']='%s'\n" % (spelled, name, " ".join(option.values()))
                           for name in option.names()]
    return "".join([HEAD, *words, VALUES, *values, TAIL])
