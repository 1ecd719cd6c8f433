using System.Reflection;

namespace MtlStudio.Web.Hosting;

public static class StudioVersion
{
    /// <summary>The version without the source revision behind its plus sign.</summary>
    public static string Text { get; } = typeof(StudioVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
