using System.Reflection;
using System.Runtime.Loader;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Weighting;

/// <summary>Makes a user's own policy from its assembly, in a context of its own: it sees this program's interfaces and brings its other libraries along.</summary>
internal static class PolicyLoader
{
    /// <exception cref="InvalidInputException">The assembly or the class cannot be used.</exception>
    public static IWeightingPolicy Create(PolicyPlugin plugin, PolicyOptions options, IReadOnlyList<TaskSpec> tasks)
    {
        IWeightingPolicy policy;
        try
        {
            var assembly = new Context(plugin.Assembly).LoadFromAssemblyPath(plugin.Assembly);
            var type = assembly.GetType(plugin.Type) ?? throw new TypeLoadException($"it has no class {plugin.Type}");
            policy = Make(type, options, tasks) as IWeightingPolicy ?? throw new InvalidCastException($"{plugin.Type} does not implement {typeof(IWeightingPolicy).FullName}");
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            var cause = fault is TargetInvocationException { InnerException: { } inner } ? inner : fault;
            throw new InvalidInputException("weighting.name", $"The plug-in {plugin.Assembly} cannot be used: {cause.GetType().Name}: {cause.Message}");
        }
        if (policy.Name != plugin.Method.Name)
            throw new InvalidInputException("weighting.name", $"The plug-in {plugin.Assembly} calls itself \"{policy.Name}\", and {PolicyPlugins.FileName} \"{plugin.Method.Name}\": give both one name");
        var told = plugin.Method;
        var needs = told.NeedsWholeGradients ? PolicyNeeds.Rows : told.NeedsEveryTask ? PolicyNeeds.Gram : told.NeedsStepLosses ? PolicyNeeds.Losses : PolicyNeeds.State;
        if (policy.Needs != needs || (policy.Needs == PolicyNeeds.Rows) != policy is IRowPolicy)
            throw new InvalidInputException("weighting.name", $"The plug-in {plugin.Assembly} needs {policy.Needs.ToString().ToLowerInvariant()}, and {PolicyPlugins.FileName} says {needs.ToString().ToLowerInvariant()}: let both say the same");
        return policy;
    }

    /// <summary>By a constructor that takes options and tasks, options alone, or nothing.</summary>
    private static object? Make(Type type, PolicyOptions options, IReadOnlyList<TaskSpec> tasks) =>
        type.GetConstructor([typeof(PolicyOptions), typeof(IReadOnlyList<TaskSpec>)]) is { } full ? full.Invoke([options, tasks])
        : type.GetConstructor([typeof(PolicyOptions)]) is { } some ? some.Invoke([options])
        : type.GetConstructor([]) is { } plain ? plain.Invoke([])
        : throw new MissingMethodException($"{type.FullName} needs a public constructor that takes (PolicyOptions, IReadOnlyList<TaskSpec>), (PolicyOptions), or nothing");

    private sealed class Context(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
    {
        private readonly AssemblyDependencyResolver resolver = new(path);

        // Copies of the program's own libraries beside the plug-in would be other types of the same name.
        protected override Assembly? Load(AssemblyName name) =>
            name.Name is { } known && (known.StartsWith("MtlStudio.", StringComparison.Ordinal) || known.StartsWith("TorchSharp", StringComparison.Ordinal)) ? null
            : resolver.ResolveAssemblyToPath(name) is { } own ? LoadFromAssemblyPath(own) : null;
    }
}
