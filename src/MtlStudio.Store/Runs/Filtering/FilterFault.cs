using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>Why a filter cannot be read, and where.</summary>
/// <param name="At">The character it is about, from 0; the text's length where something is missing at its end.</param>
/// <param name="Length">Characters it is about; 0 where something is missing.</param>
/// <param name="Message">What stands there and what was expected, in one sentence.</param>
public sealed record FilterFault(int At, int Length, string Message)
{
    public override string ToString() => $"{Message} (at character {At + 1})";

    public InvalidInputException ToException() => new("filter", ToString());
}

/// <summary>Ends a reading at its first fault; never leaves <see cref="RunFilterParser"/>.</summary>
internal sealed class FilterFaultException(FilterFault fault) : Exception(fault.Message)
{
    public FilterFault Fault { get; } = fault;
}
