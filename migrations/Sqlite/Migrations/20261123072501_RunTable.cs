using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MtlStudio.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class RunTable : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "deleted_at",
                table: "run",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "run_table_view",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    state_json = table.Column<string>(type: "TEXT", nullable: false),
                    is_default = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_run_table_view", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "run_value_column",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    source = table.Column<int>(type: "INTEGER", nullable: false),
                    key = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_run_value_column", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "run_value",
                columns: table => new
                {
                    column_id = table.Column<long>(type: "INTEGER", nullable: false),
                    run_id = table.Column<long>(type: "INTEGER", nullable: false),
                    number = table.Column<double>(type: "REAL", nullable: true),
                    text = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_run_value", x => new { x.column_id, x.run_id });
                    table.ForeignKey(
                        name: "fk_run_value_run_run_id",
                        column: x => x.run_id,
                        principalTable: "run",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_run_value_run_value_column_column_id",
                        column: x => x.column_id,
                        principalTable: "run_value_column",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_run_table_view_name",
                table: "run_table_view",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_run_value_run_id",
                table: "run_value",
                column: "run_id");

            migrationBuilder.CreateIndex(
                name: "ix_run_value_column_source_key",
                table: "run_value_column",
                columns: new[] { "source", "key" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "run_table_view");

            migrationBuilder.DropTable(
                name: "run_value");

            migrationBuilder.DropTable(
                name: "run_value_column");

            migrationBuilder.DropColumn(
                name: "deleted_at",
                table: "run");
        }
    }
}
