namespace MtlStudio.Core.Catalog;

/// <summary>
/// Every method, described once. Forms, validation, command line help, the API's schema and docs/methods are drawn from
/// here; a new method is one entry here, one file where it works, and one test.
/// </summary>
public static class MethodCatalog
{
    public static IReadOnlyList<MethodDescriptor> All { get; } =
        [.. Policies.All, .. Samplers.All, .. CurriculumMethods.All, .. PeftMethods.All, .. Optimizers.All, .. Schedules.All, .. MetricMethods.All];

    private static readonly Dictionary<(MethodKind, string), MethodDescriptor> ByName = All.ToDictionary(method => (method.Kind, method.Name));

    public static IReadOnlyList<MethodDescriptor> OfKind(MethodKind kind) => [.. All.Where(method => method.Kind == kind)];

    public static MethodDescriptor? Find(MethodKind kind, string name) => ByName.GetValueOrDefault((kind, name));

    /// <exception cref="KeyNotFoundException">No such method; validation has refused it before.</exception>
    public static MethodDescriptor Get(MethodKind kind, string name) => ByName[(kind, name)];
}
