"""Tests of what POSIX alone has, by what that is: a simulation of Windows leaves them."""

POSIX_ALONE = {
    "a process ends by a signal, where that of Windows has an exit code": (
        "test_map.py::test_an_interrupt_does_not_cut_a_line_that_a_slow_reader_takes",
        "test_map.py::test_an_interrupt_leaves_whole_lines_also_while_the_input_hangs",
        "test_mcp.py::test_a_signal_ends_the_server_and_its_children_too",
        "test_pipes.py::test_a_signal_ends_it_as_a_signal_and_what_came_stays",
        "test_pipes.py::test_an_interrupt_stops_a_shells_loop",
        "test_replay.py::test_an_answer_that_is_interrupted_is_recorded_as_stopped",
        "test_rerank_resumed.py::test_an_interrupt_ends_it_at_once_though_a_reply_hangs",
        "test_rerank_resumed.py::test_nothing_remains_of_the_line_that_tells_the_progress",
        "test_session.py::test_ctrl_c_stops_the_answer_keeps_it_and_the_session_goes_on",
        "test_session.py::test_other_signals_end_the_session_and_restore_the_terminal",
        "test_signals.py::test_a_signal_that_arrives_where_exceptions_are_ignored_is_not_lost",
        "test_signals.py::test_a_signal_that_the_parent_ignores_stays_ignored",
        "test_signals.py::test_a_signal_while_a_class_is_made_is_no_bug",
        "test_signals.py::test_the_signal_itself_ends_an_answer_whose_line_is_ended_first",
        "test_signals.py::test_a_pipe_whose_reader_leaves_ends_the_help_silently",
        "test_terminal.py::test_ctrl_c_ends_it_and_leaves_the_screen_in_order",
        "test_tool_steps.py::test_ctrl_c_ends_the_tools_that_run",
        "test_tools.py::test_no_process_is_left_after_ctrl_c_at_any_time",
        "[kill -SEGV $$-fields2-was ended by SIGSEGV]",
    ),
    "nothing interrupts a wait: see test_system.py for what ends it": (
        "test_signals.py::test_a_signal_ends_a_wait_that_it_does_not_interrupt_itself",
    ),
    "only the system can end what is in the job of a process that was killed": (
        "test_tools.py::test_a_tool_ends_with_co_however_that_ends",
    ),
    "a core dump, and limits of a shell": (
        "test_secrets.py::test_neither_the_command_line_nor_a_core_has_the_key",
        "test_signals.py::test_a_core_dump_which_would_contain_the_key_is_not_written",
    ),
    "a mode says who may read a file": (
        "test_auth.py::test_a_piped_key_is_stored_for_its_owner_alone_and_never_shown",
        "test_tools.py::test_a_file_that_is_changed_keeps_its_mode_and_its_links",
        "test_ask.py::test_indexes_that_stay_are_counted_with_the_reason",
    ),
    "a backslash or a single quote means what it means to a shell of POSIX": (
        "test_auth.py::test_a_command_gives_the_key_each_time",
        "test_config.py::test_an_editor_changes_a_draft_that_is_checked",
    ),
    "the modules that a start loads are those of this system": ("test_startup.py::",),
}


def reason_to_skip(name: str) -> str:
    """Return why the test *name* is not for Windows, "" if it is."""
    for reason, parts in POSIX_ALONE.items():
        if any(part in name for part in parts):
            return reason
    return ""
