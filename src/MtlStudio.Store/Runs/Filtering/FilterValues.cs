using MtlStudio.Core.Runs;

namespace MtlStudio.Store;

/// <summary>Which operators and values go with which column.</summary>
internal static class FilterValues
{
    public static bool Allows(RunColumn column, FilterOperator which) => RunFields.KindOf(column) switch
    {
        RunValueKind.Any => true,
        RunValueKind.Text or RunValueKind.Words => !FilterOperators.IsOrder(which),
        RunValueKind.Time => FilterOperators.IsOrder(which),
        RunValueKind.State or RunValueKind.Flag => which is FilterOperator.Equal or FilterOperator.NotEqual,
        _ => which is not (FilterOperator.Contains or FilterOperator.ContainsNot),
    };

    /// <summary>What is wrong with the value; null: nothing.</summary>
    public static string? Complaint(RunColumn column, FilterOperator which, FilterValue value, DateTimeOffset now) => RunFields.KindOf(column) switch
    {
        RunValueKind.Number when value.Number is null => $"{column} is compared with a number: {Wrong(value)}",
        RunValueKind.Any when FilterOperators.IsOrder(which) && value.Number is null => $"\"{FilterOperators.Sign(which)}\" compares numbers: {Wrong(value)}",
        RunValueKind.Time when value.Moment(now) is null => $"{column} is compared with a date of UTC (2026-11-20), a time of UTC (2026-11-20T14:30) or an age (2d, 3h): {Wrong(value)}",
        RunValueKind.Duration when value.Seconds is null => $"{column} is compared with a time span (90s, 20min, 2h): {Wrong(value)}",
        RunValueKind.State when StateOf(value) is null => $"There is no state \"{value.Text}\": {string.Join(", ", States)} were expected",
        RunValueKind.Flag when value.Truth is null => $"{column} is true or false: {Wrong(value)}",
        _ => null,
    };

    /// <summary>As errors say what was expected.</summary>
    public static string Expected(RunColumn column, FilterOperator which) => RunFields.KindOf(column) switch
    {
        RunValueKind.Number => "A number",
        RunValueKind.Any when FilterOperators.IsOrder(which) => "A number",
        RunValueKind.Time => "A date of UTC (2026-11-20) or an age (2d, 3h)",
        RunValueKind.Duration => "A time span (90s, 20min, 2h)",
        RunValueKind.State => $"A state ({string.Join(", ", States)})",
        RunValueKind.Flag => "true or false",
        _ => "A value",
    };

    public static string Example(RunColumn column) => RunFields.KindOf(column) switch
    {
        RunValueKind.State => "running, queued",
        RunValueKind.Number => "1, 2",
        RunValueKind.Flag => "true, false",
        _ => "a, b",
    };

    public static IReadOnlyList<string> States { get; } = [.. Enum.GetNames<RunState>().Select(name => name.ToLowerInvariant())];

    public static RunState? StateOf(FilterValue value) =>
        !int.TryParse(value.Text, out _) && Enum.TryParse<RunState>(value.Text, ignoreCase: true, out var state) && Enum.IsDefined(state) ? state : null;

    private static string Wrong(FilterValue value) => $"\"{value.Text}\" is none";
}
