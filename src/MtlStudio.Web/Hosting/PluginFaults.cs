using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Hosting;

/// <summary>What was wrong with plug-ins when the studio started; those are not in the catalog.</summary>
public sealed record PluginFaults(IReadOnlyList<FieldError> Errors);
