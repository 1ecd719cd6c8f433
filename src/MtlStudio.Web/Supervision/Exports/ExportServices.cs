using Hangfire;
using MtlStudio.Core.IO;
using MtlStudio.Store;
using MtlStudio.Web.Library;

namespace MtlStudio.Web.Supervision.Exports;

internal static class ExportServices
{
    /// <summary>Registers exports: their commands, their job and the server of their queue.</summary>
    public static IServiceCollection AddExports(this IServiceCollection services) => services
        .AddSingleton<ActiveExports>()
        .AddSingleton<ExportReferences>()
        .AddSingleton<ExportJob>()
        .AddSingleton(provider => new ExportCommands(provider.GetRequiredService<RunStore>(), provider.GetRequiredService<RunReader>(), provider.GetRequiredService<DataFolder>(),
            provider.GetRequiredService<ModelLibrary>(), provider.GetRequiredService<ActiveExports>(), provider.GetRequiredService<IBackgroundJobClient>(), provider.GetRequiredService<TimeProvider>()))
        .AddHostedService<ExportServer>();
}
