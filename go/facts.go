package main

// #include "uplink.h"
import "C"

import (
	"context"
	"unsafe"

	"storj.io/common/pb"
	"storj.io/uplink"
	"storj.io/uplink/private/license"

	"libuplink/internal/project"
)

// ---- Project ----

//export uplink_start_get_project_info
func uplink_start_get_project_info(op *C.UplinkOperation, handle *C.UplinkProject) {
	defer rescueStart[*pb.ProjectInfoResponse](op)
	var args arguments
	p := args.project(handle)
	start(op, onProject(args, p, project.Info))
}

func projectInfoResult(info *pb.ProjectInfoResponse, err error) (result C.UplinkProjectInfoResult) {
	if result.error = errorToC(err); err != nil {
		return result
	}
	target := allocate[C.UplinkProjectInfo](1)
	fillText(&target.public_id, string(info.ProjectPublicId))
	fillText(&target.salt, string(info.ProjectSalt))
	target.created, target.created_nanoseconds = unixTime(info.ProjectCreatedAt), nanoseconds(info.ProjectCreatedAt)
	overrides := info.GetEdgeUrlOverrides()
	target.has_edge_url_overrides = C.bool(overrides != nil)
	fillText(&target.edge_auth_service, string(overrides.GetAuthService()))
	fillText(&target.edge_public_linksharing, string(overrides.GetPublicLinksharing()))
	fillText(&target.edge_internal_linksharing, string(overrides.GetPrivateLinksharing()))
	result.info = target
	return result
}

//export uplink_operation_take_project_info
func uplink_operation_take_project_info(op *C.UplinkOperation, result *C.UplinkProjectInfoResult) {
	takeInto(op, result, projectInfoResult)
}

//export uplink_free_project_info_result
func uplink_free_project_info_result(result C.UplinkProjectInfoResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if info := result.info; info != nil {
		for _, text := range []*C.UplinkText{&info.public_id, &info.salt, &info.edge_auth_service,
			&info.edge_public_linksharing, &info.edge_internal_linksharing} {
			freeText(text)
		}
		free(unsafe.Pointer(info))
	}
}

// ---- Licenses ----

//export uplink_start_list_licenses
func uplink_start_list_licenses(op *C.UplinkOperation, handle *C.UplinkProject, options *C.UplinkListLicensesOptions) {
	defer rescueStart[[]license.Entry](op)
	var args arguments
	p, read := args.project(handle), readOptions(&args, options)
	kind, bucket := args.plainText(read._type, "type"), args.plainText(read.bucket_name, "bucket_name")
	start(op, onProject(args, p, func(ctx context.Context, p *uplink.Project) ([]license.Entry, error) {
		return license.List(ctx, p, kind, bucket)
	}))
}

func licensesResult(entries []license.Entry, err error) (result C.UplinkLicensesResult) {
	if result.error = errorToC(err); err == nil {
		result.licenses = allocate[C.UplinkLicenses](1)
		result.licenses.items, result.licenses.count = newItems(entries, fillLicense)
	}
	return result
}

func fillLicense(target *C.UplinkLicense, entry license.Entry) {
	fillText(&target._type, entry.Type)
	fillText(&target.key, string(entry.Key))
	target.expires, target.expires_nanoseconds = unixTime(entry.ExpiresAt), nanoseconds(entry.ExpiresAt)
}

//export uplink_operation_take_licenses
func uplink_operation_take_licenses(op *C.UplinkOperation, result *C.UplinkLicensesResult) {
	takeInto(op, result, licensesResult)
}

//export uplink_free_licenses_result
func uplink_free_licenses_result(result C.UplinkLicensesResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if licenses := result.licenses; licenses != nil {
		freeItems(licenses.items, licenses.count, func(item *C.UplinkLicense) {
			freeText(&item._type)
			freeText(&item.key)
		})
		free(unsafe.Pointer(licenses))
	}
}

// ---- Nodes of an object ----

//export uplink_start_get_object_ip_summary
func uplink_start_get_object_ip_summary(op *C.UplinkOperation, handle *C.UplinkProject,
	bucket, key *C.uplink_const_char, length C.size_t) {
	defer rescueStart[*project.IPSummary](op)
	var args arguments
	p, place := args.project(handle), args.place(object{bucket, keyOfLength(key, length)})
	start(op, onProject(args, p, func(ctx context.Context, p *uplink.Project) (*project.IPSummary, error) {
		return project.ObjectIPSummary(ctx, p, place.Bucket, place.Key)
	}))
}

func ipSummaryResult(summary *project.IPSummary, err error) (result C.UplinkIPSummaryResult) {
	if result.error = errorToC(err); err != nil {
		return result
	}
	target := allocate[C.UplinkIPSummary](1)
	target.ip_ports, target.count = newItems(summary.IPPorts, func(target *C.UplinkText, address []byte) {
		fillText(target, string(address))
	})
	target.segment_count = C.int64_t(summary.SegmentCount)
	target.piece_count = C.int64_t(summary.PieceCount)
	target.reliable_piece_count = C.int64_t(summary.ReliablePieceCount)
	target.placement_constraint = C.uint32_t(summary.PlacementConstraint)
	result.summary = target
	return result
}

//export uplink_operation_take_ip_summary
func uplink_operation_take_ip_summary(op *C.UplinkOperation, result *C.UplinkIPSummaryResult) {
	takeInto(op, result, ipSummaryResult)
}

//export uplink_free_ip_summary_result
func uplink_free_ip_summary_result(result C.UplinkIPSummaryResult) {
	defer rescue(nil)
	uplink_free_error(result.error)
	if summary := result.summary; summary != nil {
		freeItems(summary.ip_ports, summary.count, freeText)
		free(unsafe.Pointer(summary))
	}
}
