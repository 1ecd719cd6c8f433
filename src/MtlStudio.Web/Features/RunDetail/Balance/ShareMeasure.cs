namespace MtlStudio.Web.Features.RunDetail.Balance;

/// <summary>What a share is a share of.</summary>
public enum ShareMeasure { Examples, Tokens, Gradient }

/// <summary>The measures' names in addresses and on the page.</summary>
public static class ShareMeasures
{
    public static IReadOnlyList<(ShareMeasure, string)> All { get; } = [(ShareMeasure.Examples, "examples"), (ShareMeasure.Tokens, "trained tokens"), (ShareMeasure.Gradient, "gradient norm")];

    public static ShareMeasure Of(string? word) => Enum.TryParse<ShareMeasure>(word, ignoreCase: true, out var known) && Enum.IsDefined(known) ? known : ShareMeasure.Examples;

    public static string Words(ShareMeasure measure) => All.First(one => one.Item1 == measure).Item2;
}
