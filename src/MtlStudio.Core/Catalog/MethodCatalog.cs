using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Catalog;

/// <summary>
/// Every method, described once. Forms, validation, command line help, the API's schema and docs/methods are drawn from
/// here; a new method is one entry here, one file where it works, and one test.
/// </summary>
public static class MethodCatalog
{
    private static readonly IReadOnlyList<MethodDescriptor> BuiltIn =
        [.. Policies.All, .. Samplers.All, .. CurriculumMethods.All, .. PeftMethods.All, .. Optimizers.All, .. Schedules.All, .. MetricMethods.All];

    private static volatile Known known = new(BuiltIn, new Dictionary<string, PolicyPlugin>());

    public static IReadOnlyList<MethodDescriptor> All => known.All;

    public static IReadOnlyList<MethodDescriptor> OfKind(MethodKind kind) => [.. All.Where(method => method.Kind == kind)];

    public static MethodDescriptor? Find(MethodKind kind, string name) => known.ByName.GetValueOrDefault((kind, name));

    /// <exception cref="KeyNotFoundException">No such method; validation has refused it before.</exception>
    public static MethodDescriptor Get(MethodKind kind, string name) => known.ByName[(kind, name)];

    /// <summary>The user's own policy of that name; null: none, or a built-in one.</summary>
    public static PolicyPlugin? Plugin(string name) => known.Plugins.GetValueOrDefault(name);

    /// <summary>Shows the policies of a folder of plug-ins beside the built-in methods, in the place of any shown before. For a program's start, before the catalog is used.</summary>
    /// <returns>What is wrong with plug-ins that cannot be used.</returns>
    public static IReadOnlyList<FieldError> UsePlugins(string folder)
    {
        var plugins = PolicyPlugins.Read(folder, BuiltIn.Where(method => method.Kind == MethodKind.Policy).Select(method => method.Name), out var faults);
        known = new([.. BuiltIn.Where(method => method.Kind == MethodKind.Policy), .. plugins.Select(plugin => plugin.Method), .. BuiltIn.Where(method => method.Kind != MethodKind.Policy)],
            plugins.ToDictionary(plugin => plugin.Method.Name));
        return faults;
    }

    private sealed class Known(IReadOnlyList<MethodDescriptor> all, IReadOnlyDictionary<string, PolicyPlugin> plugins)
    {
        public IReadOnlyList<MethodDescriptor> All { get; } = all;
        public Dictionary<(MethodKind, string), MethodDescriptor> ByName { get; } = all.ToDictionary(method => (method.Kind, method.Name));
        public IReadOnlyDictionary<string, PolicyPlugin> Plugins { get; } = plugins;
    }
}
