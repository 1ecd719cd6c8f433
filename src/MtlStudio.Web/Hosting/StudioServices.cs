using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Migrations.Sqlite;
using MtlStudio.Store;
using MtlStudio.Web.Api;
using MtlStudio.Web.Features.Compare;
using MtlStudio.Web.Features.NewRun;
using MtlStudio.Web.Features.RunDetail;
using MtlStudio.Web.Features.Runs;
using MtlStudio.Web.Features.Studies;
using MtlStudio.Web.Library;
using MtlStudio.Web.Live;
using MtlStudio.Web.Notifications;
using MtlStudio.Web.Retention;
using MtlStudio.Web.Staging;
using MtlStudio.Web.Supervision;
using MudBlazor.Services;

namespace MtlStudio.Web.Hosting;

/// <summary>Every service of the studio, part by part.</summary>
internal static class StudioServices
{
    public static void Add(WebApplicationBuilder builder, StudioOptions options)
    {
        var services = builder.Services;
        var folder = new DataFolder(options.DataFolder);
        var plugins = new PluginFolder(options.Plugins.Length > 0 ? Path.GetFullPath(options.Plugins) : folder.Plugins);
        services.AddSingleton(options);
        services.AddSingleton(plugins);
        services.AddSingleton(new PluginFaults(MethodCatalog.UsePlugins(plugins.Path)));
        services.AddStudioStore(folder, context => context.UseSqlite(sqlite => sqlite.MigrationsAssembly(typeof(StudioContextFactory).Assembly.GetName().Name)));
        services.AddSupervision(options.Supervision, options.TrainingDevices());
        services.AddSingleton<StudioAddressFile>();
        services.AddSingleton<FirstPage>();
        services.AddSingleton<RequestGuard>();
        services.AddStudioHealth();
        services.AddStudioApi();
        services.AddStudioLibrary();
        services.AddSingleton<RetentionWork>();
        services.AddNotifications();
        services.AddStaging();
        AddPages(services, options, folder);

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
        services.AddSignalR(hub => hub.MaximumReceiveMessageSize = options.Limits.MessageBytes)
            .AddJsonProtocol(json => WireJson.Configure(json.PayloadSerializerOptions)).AddMessagePackProtocol(pack => pack.SerializerOptions = TelemetryMessagePack.Options);
        services.AddMudServices();
        services.AddRunPage();
        services.AddRunsPage();
        services.AddStudyPages();
        services.AddSingleton<Features.Home.HomeQuery>();
        services.AddNewRunPage();
        services.AddScoped<Features.Start.StartKeeper>();
        services.AddComparePage();
        services.AddScoped<Features.Reviews.ReviewerMemory>();
        // Pages that were open before a restart are known after it.
        services.AddDataProtection().SetApplicationName("MtlStudio").PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(folder.Root, "keys")));
    }
}
