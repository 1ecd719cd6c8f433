namespace MtlStudio.Core.Catalog;

/// <summary>The weighting policies: first those that know losses alone, then those that work on task gradients.</summary>
internal static class Policies
{
    public static readonly MethodDescriptor[] All = [.. PoliciesOfLosses.All, .. PoliciesOfGradients.All];

    internal static ParameterDescriptor Number(string name, string title, string help, double value, double min, double max, bool minExclusive = false, bool maxExclusive = false) =>
        new() { Name = name, Type = ParameterType.Number, Title = title, Help = help, Default = value, Min = min, Max = max, MinExclusive = minExclusive, MaxExclusive = maxExclusive };

    internal static ParameterDescriptor Integer(string name, string title, string help, int value, int min, int max, string? unit = null) =>
        new() { Name = name, Type = ParameterType.Integer, Title = title, Help = help, Default = value, Min = min, Max = max, Unit = unit };

    internal static ParameterDescriptor Choice(string name, string title, string help, string value, params string[] choices) =>
        new() { Name = name, Type = ParameterType.Choice, Title = title, Help = help, Default = value, Choices = choices };

    /// <summary>How a number that the policy learns follows its gradient.</summary>
    internal static ParameterDescriptor[] LearnedBy(string what, double rate) =>
    [
        Choice("optimizer", $"Optimizer of {what}", $"How {what} follows its gradient.", "adam", "adam", "sgd"),
        Number("lr", $"Rate of {what}", $"Learning rate of {what}; independent of the model's.", rate, 0, 10, minExclusive: true),
    ];
}
