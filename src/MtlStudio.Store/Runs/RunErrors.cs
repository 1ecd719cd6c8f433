using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>There is no such run (any more).</summary>
public sealed class RunNotFoundException(long id) : Exception($"There is no run {id}")
{
    public long RunId { get; } = id;
}

/// <summary>A run cannot do that from the state it is in; nothing was changed. The API answers 409 with the message.</summary>
public sealed class RunStateException(long id, RunState from, string message) : Exception(message)
{
    public long RunId { get; } = id;
    public RunState From { get; } = from;

    internal static RunStateException Refused(long id, RunState from, RunState to) =>
        new(id, from, $"Run {id} is {Word(from)}: it cannot become {Word(to)}");

    internal static string Word(RunState state) => state.ToString().ToLowerInvariant();
}
