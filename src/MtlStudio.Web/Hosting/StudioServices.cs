using Microsoft.AspNetCore.DataProtection;
using MudBlazor.Services;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Hosting;

/// <summary>Every service of the studio, part by part.</summary>
internal static class StudioServices
{
    public static void Add(WebApplicationBuilder builder, StudioOptions options, DataFolderLock taken)
    {
        var services = builder.Services;
        services.AddSingleton(_ => taken);
        services.AddSingleton(taken.Folder);
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<RequestGuard>();
        AddPages(services, options, taken.Folder);

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.Limits.RequestBytes;
        });
    }

    private static void AddPages(IServiceCollection services, StudioOptions options, DataFolder folder)
    {
        services.AddRazorComponents().AddInteractiveServerComponents()
            .AddHubOptions(hub => hub.MaximumReceiveMessageSize = options.Limits.MessageBytes);
        services.AddMudServices();
        // Circuits outlive a restart's form tokens only if their keys do.
        services.AddDataProtection().SetApplicationName("MtlStudio")
            .PersistKeysToFileSystem(Directory.CreateDirectory(Path.Combine(folder.Root, "keys")));
        services.ConfigureHttpJsonOptions(json => WireJson.Configure(json.SerializerOptions));
        services.AddProblemDetails();
    }
}
