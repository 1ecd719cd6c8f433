namespace MtlStudio.Core.Catalog;

/// <summary>What of a model may be trained.</summary>
internal static class PeftMethods
{
    public static readonly MethodDescriptor[] All =
    [
        .. LowRankMethods.All, .. ScalingMethods.All, .. BottleneckMethods.All, .. PromptMethods.All, .. SharedMethods.All, .. OwnWeightMethods.All,
    ];
}

/// <summary>Parameters that several kinds of adapters share.</summary>
internal static class PeftParameters
{
    /// <summary>The linear layers of a Llama-layout decoder.</summary>
    public static readonly string[] EveryLinear = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

    public static ParameterDescriptor Targets(params string[] names) => new()
    {
        Name = "targets", Type = ParameterType.TextList, Title = "Target modules", MaxLength = 64,
        Help = "Names of the linear layers that get an adapter, as q_proj; \"all-linear\" for every one in the decoder layers.",
        Default = names,
    };

    /// <summary>Whose the adapter is. The last two keep a shared adapter beside the private ones.</summary>
    public static readonly ParameterDescriptor Sharing = Choice("sharing", "Sharing", "One adapter for all tasks, one for each task, or one for each group (tasks[].group); with shared+ all tasks train a shared one too, and each layer adds both.",
        "shared", "shared", "task", "group", "shared+task", "shared+group");

    /// <summary>As <see cref="Sharing"/>, where two cannot stand on one layer.</summary>
    public static readonly ParameterDescriptor SharingAlone = Sharing with { Help = "One adapter for all tasks, one for each task, or one for each group (tasks[].group).", Choices = ["shared", "task", "group"] };

    public static readonly ParameterDescriptor Layers = new() { Name = "layers", Type = ParameterType.Text, Title = "Layers", Help = "Which decoder layers, as \"0-3,7\"; empty: all.", MaxLength = 200 };

    public static readonly ParameterDescriptor Dropout = new()
    {
        Name = "dropout", Type = ParameterType.Number, Title = "Dropout", Help = "Share of the adapter's inputs set to 0 in training.", Default = 0.0, Min = 0, Max = 1, MaxExclusive = true,
    };

    public static ParameterDescriptor Rank(int standard, string help) => new() { Name = "rank", Type = ParameterType.Integer, Title = "Rank", Help = help, Default = standard, Min = 1, Max = 65_536 };

    public static ParameterDescriptor Alpha(double standard) => new()
    {
        Name = "alpha", Type = ParameterType.Number, Title = "Alpha", Help = "The adapter's output is scaled by α / r.", Default = standard, Min = 0, MinExclusive = true, Max = 10_000,
    };

    public static ParameterDescriptor Number(string name, string title, string help, double value, double min, double max) =>
        new() { Name = name, Type = ParameterType.Number, Title = title, Help = help, Default = value, Min = min, Max = max };

    public static ParameterDescriptor Integer(string name, string title, string help, int value, double min, double max) =>
        new() { Name = name, Type = ParameterType.Integer, Title = title, Help = help, Default = value, Min = min, Max = max };

    public static ParameterDescriptor Flag(string name, string title, string help, bool value = false) =>
        new() { Name = name, Type = ParameterType.Boolean, Title = title, Help = help, Default = value };

    public static ParameterDescriptor Choice(string name, string title, string help, string value, params string[] choices) =>
        new() { Name = name, Type = ParameterType.Choice, Title = title, Help = help, Default = value, Choices = choices };

    public static ParameterDescriptor Names(string name, string title, string help, params string[] standard) =>
        new() { Name = name, Type = ParameterType.TextList, Title = title, Help = help, Default = standard, MaxLength = 64 };
}
